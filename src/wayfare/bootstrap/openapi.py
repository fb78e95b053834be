"""`wayfare openapi`: the public API, as /openapi.json describes it. The web app's client is made from it."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from wayfare.bootstrap.asgi import include_routes
from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.public_app import public_app
from wayfare.bootstrap.settings import Settings
from wayfare.gateway.gate import Gate


def openapi_text() -> str:
    """Of all services; nothing is started, and no database is asked."""
    with TemporaryDirectory(prefix="wayfare-") as folder:
        settings = Settings(data_dir=Path(folder), database_url="postgresql://nobody@127.0.0.1/none")
        system = compose(settings, run_jobs=False)
        app = public_app(lambda _: nullcontext(), Gate(system.customers, settings.rpc_token))
        include_routes(app, system, {})
        document = app.openapi()
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
