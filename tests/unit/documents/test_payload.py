import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from unit.documents.world import BERLIN, DELHI, a_ticket
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.signing_key import SigningKey
from wayfare.services.documents.domain import base45
from wayfare.services.documents.domain.errors import TicketForged, TicketKeyUnknown, TicketUnreadable
from wayfare.services.documents.domain.facts import TicketFacts, facts_of
from wayfare.services.documents.domain.payload import PREFIX, sign_payload, verify_payload

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
KEYS = {KEY.key_id: KEY.private_key.public_key()}
FACTS = facts_of(a_ticket())

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
instants = st.integers(-(2**40), 2**40)
any_facts = st.builds(
    TicketFacts,
    **dict.fromkeys(
        ("ticket_no", "locator", "operator_name", "mode", "service_number", "departure_id", "origin"), texts
    ),
    destination=texts,
    departs_at=instants,
    departs_offset_min=st.integers(-1439, 1439),
    arrives_at=instants,
    arrives_offset_min=st.integers(-1439, 1439),
    coach=st.none() | texts,
    unit_label=st.none() | texts,
    cabin=texts,
    passenger_name=texts,
    passenger_category=texts,
    valid_from=instants,
    valid_until=instants,
    issued_at=instants,
)


def resealed(body: bytes, *, version: int = 1) -> str:
    """A payload around any body, properly signed."""
    signed = bytes([version]) + bytes.fromhex(KEY.key_id) + body
    return PREFIX + base45.encode(signed + KEY.private_key.sign(b"wayfare ticket\x00" + signed))


class TestFacts:
    def test_say_what_an_inspector_needs(self) -> None:
        assert FACTS.passenger_name == "Anna Schmidt"
        assert (FACTS.origin, FACTS.destination) == ("BLS", "NDLS")
        assert (FACTS.coach, FACTS.unit_label) == ("7", "7-42")
        assert FACTS.departs_local == "2026-11-21T22:31:00+01:00"
        assert FACTS.arrives_local == "2026-11-22T06:15:00+05:30"
        assert FACTS.valid_from < FACTS.departs_at < FACTS.arrives_at < FACTS.valid_until

    def test_a_place_without_code_goes_by_its_id(self) -> None:
        origin = msgspec.structs.replace(BERLIN, code=None)
        assert facts_of(a_ticket(origin=origin)).origin == "8011160"

    @pytest.mark.parametrize("time", ["", "tomorrow", "2026-11-21T22:31:00", "2026-13-01T00:00:00Z"])
    def test_times_without_offset_or_sense_are_refused(self, time: str) -> None:
        destination = msgspec.structs.replace(DELHI, local_time=time)
        with pytest.raises(ValidationFailed):
            facts_of(a_ticket(destination=destination))

    def test_zulu_times_are_read(self) -> None:
        origin = msgspec.structs.replace(BERLIN, local_time="2026-11-21T21:31:00Z")
        assert facts_of(a_ticket(origin=origin)).departs_at == FACTS.departs_at

    def test_stay_small_whatever_people_enter(self) -> None:
        long = "क" * 500
        facts = facts_of(a_ticket(passenger_name=long, operator_name=long, service_number=long, cabin=long, coach=long))
        assert len(sign_payload(facts, KEY)) < 600


class TestSignAndVerify:
    @given(any_facts)
    def test_round_trip(self, facts: TicketFacts) -> None:
        assert verify_payload(sign_payload(facts, KEY), KEYS) == facts

    def test_same_ticket_same_code(self) -> None:
        assert sign_payload(FACTS, KEY) == sign_payload(FACTS, KEY)

    def test_the_code_uses_only_what_every_scanner_passes(self) -> None:
        assert sign_payload(FACTS, KEY).isascii()
        assert sign_payload(FACTS, KEY).startswith("WF1:")

    def test_every_altered_bit_is_refused(self) -> None:
        data = base45.decode(sign_payload(FACTS, KEY).removeprefix(PREFIX))
        for index in range(len(data)):
            for bit in range(8):
                altered = bytearray(data)
                altered[index] ^= 1 << bit
                with pytest.raises((TicketForged, TicketKeyUnknown, TicketUnreadable)):
                    verify_payload(PREFIX + base45.encode(bytes(altered)), KEYS)

    def test_another_name_is_forged(self) -> None:
        payload = sign_payload(FACTS, KEY)
        data = base45.decode(payload.removeprefix(PREFIX)).replace(b"Anna", b"Emma")
        with pytest.raises(TicketForged):
            verify_payload(PREFIX + base45.encode(data), KEYS)

    def test_a_key_not_known_is_named(self) -> None:
        with pytest.raises(TicketKeyUnknown) as caught:
            verify_payload(sign_payload(FACTS, OTHER), KEYS)
        assert caught.value.facts["key_id"] == OTHER.key_id

    def test_a_foreign_key_under_our_name_is_forged(self) -> None:
        with pytest.raises(TicketForged):
            verify_payload(sign_payload(FACTS, OTHER), {OTHER.key_id: KEY.private_key.public_key()})

    @pytest.mark.parametrize("payload", ["", "WF1:", "WF1:ABC", "WF2:ABC", "hello", "WF1:" + "A" * 3000, "WF1:ab"])
    def test_nonsense_is_unreadable(self, payload: str) -> None:
        with pytest.raises(TicketUnreadable):
            verify_payload(payload, KEYS)

    @given(st.text(max_size=200))
    def test_any_text_is_refused_by_name(self, text: str) -> None:
        with pytest.raises((TicketUnreadable, TicketKeyUnknown, TicketForged)):
            verify_payload(PREFIX + text, KEYS)

    def test_signed_but_of_another_form_is_unreadable(self) -> None:
        body = msgspec.msgpack.encode(FACTS)
        assert verify_payload(resealed(body), KEYS) == FACTS
        for wrong in (
            b"",
            body + b"\x00",
            msgspec.msgpack.encode([1, 2]),
            b"\xdd\x00\x00\x00\x14" + body[3:],
        ):
            with pytest.raises(TicketUnreadable):
                verify_payload(resealed(wrong), KEYS)
        with pytest.raises(TicketUnreadable):
            verify_payload(resealed(body, version=2), KEYS)
