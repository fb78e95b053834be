"""moto's SNS and SQS as a process of its own: `moto_process.py PORT`.

moto serves requests in threads that lose each other's messages (a queue is copied while it is added to), counts the
whole queue seven times for every message and spells out every attribute's name anew. Here one request is served at
a time, also while another waits for messages; the counts, which nobody asks for, are zero, and names and the clock are
cheap. What a queue does with its messages is moto's.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app
from moto.sqs import models
from werkzeug.serving import make_server

COUNTS = (
    "approximate_number_of_messages",
    "approximate_number_of_messages_delayed",
    "approximate_number_of_messages_not_visible",
)
turn = threading.Lock()


def wait_for_messages(queue: models.Queue, timeout: int) -> None:
    turn.release()
    time.sleep(0.05)
    turn.acquire()


def groups_in_flight(queue: models.Queue) -> set[str]:
    """Without those whose messages may be seen again.

    moto forgets such messages one by one, in the middle of an answer, and gives out a later one of a group first.
    """
    return {message.group_id for message in queue.pending_messages if message.group_id and not message.visible}


def one_at_a_time(app: Callable[..., Any]) -> Callable[..., Any]:
    def serve(environ: Any, start_response: Any) -> list[bytes]:
        with turn:
            return list(app(environ, start_response))

    return serve


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for name in COUNTS:
        setattr(models.Queue, name, 0)
    models.camelcase_to_underscores = cache(models.camelcase_to_underscores)
    models.unix_time_millis = lambda: time.time() * 1000
    models.Queue.wait_for_messages = wait_for_messages
    models.Queue.pending_message_groups = property(groups_in_flight)
    served = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    make_server("127.0.0.1", int(sys.argv[1]), served, threaded=True).serve_forever()
