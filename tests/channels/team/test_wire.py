"""What stands on the broker and in an invitation: sealed, named, and refused where it is not ours."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from desktop.channels.team import invitation, permissions, signals, subjects
from desktop.channels.team.envelope import MAX_BYTES, Envelope, EnvelopeKind, open_sealed, seal
from desktop.channels.team.invitation import Invitation, NotAnInvitation
from desktop.channels.team.nkeys import NKey, NotAnNKey, new_seed, seal_keys
from desktop.channels.team.sealed import KEY_BYTES, KeyRing, NotSealed, key_id
from desktop.ports.team import HubState, LearnedFact, LearnedKind, Presence, PresenceState

ROOT, NEWER = bytes(range(32)), bytes(range(32, 64))
KEYS = KeyRing(ROOT)
# The pair of keys that NATS's libraries in many languages are tested with.
SEED = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU"
PUBLIC = "UCK5N7N66OBOINFXAYC2ACJQYFSOD4VYNU6APEJTAVFZB2SVHLKGEW7L"
AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
KEY = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
TOKENS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
SERVERS = st.from_regex(r"(tls|wss)://[a-z0-9.-]{1,20}(:[0-9]{1,5})?", fullmatch=True)
TIMES = st.integers(0, 32_000_000_000_000_000).map(
    lambda us: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)
)


# --- sealed -----------------------------------------------------------------------------------------------------------


@given(plain=st.binary(max_size=300))
def test_what_is_sealed_opens_and_shows_nothing(plain: bytes) -> None:
    sealed = KEYS.seal(plain)
    assert KEYS.open(sealed) == plain
    assert KEYS.seal(plain) != sealed
    if len(plain) > 4:
        assert plain not in sealed


@given(plain=st.binary(max_size=50), data=st.data())
def test_a_changed_byte_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(KEYS.seal(plain))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NotSealed):
        KEYS.open(bytes(sealed))


@given(sealed=st.binary(max_size=100), is_ours=st.booleans())
def test_anything_else_is_refused(sealed: bytes, is_ours: bool) -> None:
    sealed = bytes.fromhex(key_id(ROOT)) + sealed if is_ours else sealed
    with pytest.raises(NotSealed):
        KEYS.open(sealed)


def test_a_newer_key_seals_and_all_open() -> None:
    both = KeyRing(ROOT, NEWER)
    assert both.open(KEYS.seal(b"before")) == b"before"
    assert KeyRing(NEWER).open(both.seal(b"after")) == b"after"
    assert (KEYS.knows(KEYS.seal(b"")), KEYS.knows(both.seal(b"")), KEYS.knows(b"")) == (True, False, False)
    with pytest.raises(NotSealed):
        KEYS.open(both.seal(b"after"))


@given(one=st.text(), other=st.text())
def test_a_digest_stands_for_one_word_in_one_workspace(one: str, other: str) -> None:
    digest = KEYS.digest(one)
    assert len(digest) == 32
    assert digest == KeyRing(ROOT, NEWER).digest(one)
    assert digest != KeyRing(NEWER).digest(one)
    assert (digest == KEYS.digest(other)) == (one == other)


# --- envelopes --------------------------------------------------------------------------------------------------------

BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(
    kind=st.sampled_from(EnvelopeKind),
    body=BODIES,
    is_plain=st.booleans(),
    sender=st.text(max_size=5),
    received_at=st.none() | TIMES,
)
def test_an_envelope_comes_out_as_it_went_in(
    kind: EnvelopeKind, body: object, is_plain: bool, sender: str, received_at: datetime | None
) -> None:
    envelope = Envelope(kind, body, is_plain, sender, received_at)
    sealed = seal(envelope, KEYS)
    assert sealed is not None
    assert open_sealed(sealed, KEYS) == envelope


@pytest.mark.parametrize("spare", [0, 1])
def test_an_envelope_that_is_too_large_is_not_sealed(spare: int) -> None:
    around = len(KEYS.seal(msgspec.json.encode(Envelope(EnvelopeKind.CHANGED, ""))))
    sealed = seal(Envelope(EnvelopeKind.CHANGED, "x" * (MAX_BYTES - around + spare)), KEYS)
    assert (sealed is None) == bool(spare)


@pytest.mark.parametrize(
    "plain",
    [b"", b"{", b"[]", b"{}", b'{"kind": "later", "body": 1}', b'{"kind": "changed"}', b'{"kind": 1, "body": 1}',
     b'{"kind": "changed", "body": "\xff"}', b'{"kind": "changed", "body": "\\ud800"}',
     b'{"kind": "changed", "body": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"],
)  # fmt: skip
def test_what_no_version_of_ours_wrote_is_not_opened(plain: bytes) -> None:
    with pytest.raises(NotSealed):
        open_sealed(KEYS.seal(plain), KEYS)


# --- signals ----------------------------------------------------------------------------------------------------------


@given(state=st.sampled_from(PresenceState), teammate_id=st.text(max_size=9), name=st.text(max_size=20))
def test_presence_comes_from_whom_the_subject_says(state: PresenceState, teammate_id: str, name: str) -> None:
    sealed = signals.write_presence(Presence("anna", "1", state, teammate_id, name), KEYS)
    # The feed's format has another word for it, as the invitation has.
    assert json.loads(KEYS.open(sealed))["agent"] == "anna"
    assert signals.read_presence(sealed, "ben", "2", KEYS) == Presence("ben", "2", state, teammate_id, name)


@given(kind=st.sampled_from(LearnedKind), about=st.text(), value=st.text(), at=TIMES, evidence_id=st.text())
def test_a_learnt_fact_comes_out_as_it_went_in(
    kind: LearnedKind, about: str, value: str, at: datetime, evidence_id: str
) -> None:
    fact = LearnedFact(kind, about, value, at, evidence_id, "anna")
    assert signals.read_learned(signals.write_learned(fact, KEYS), KEYS) == fact
    key = signals.learned_key(fact, KEYS)
    assert [subjects.is_token(token) for token in key.split(".")] == [True, True]


@given(
    desks=st.integers(0, 10_000),
    webhooks_at=st.none() | TIMES,
    polls=st.booleans(),
    spare_calls=st.none() | st.integers(0, 10_000),
)
def test_the_hubs_state_comes_out_as_it_went_in(
    desks: int, webhooks_at: datetime | None, polls: bool, spare_calls: int | None
) -> None:
    state = HubState(desks, webhooks_at, polls, spare_calls)
    assert signals.read_hub_state(signals.write_hub_state(state)) == state


@given(data=st.binary(max_size=50))
def test_no_signal_is_too_odd(data: bytes) -> None:
    readings: list[Any] = [
        lambda: signals.read_hub_state(data),
        lambda: signals.read_presence(KEYS.seal(data), "anna", "1", KEYS),
        lambda: signals.read_learned(KEYS.seal(data), KEYS),
        lambda: signals.read_presence(data, "anna", "1", KEYS),
        lambda: signals.read_learned(data, KEYS),
    ]
    for read in readings:
        with pytest.raises(NotSealed):
            read()


def test_one_kind_of_signal_is_not_taken_for_another() -> None:
    presence = signals.write_presence(Presence("anna", "1", PresenceState.TYPING), KEYS)
    learned = signals.write_learned(LearnedFact(LearnedKind.CONTRARY, "a", "b", AT), KEYS)
    told = seal(Envelope(EnvelopeKind.CHANGED, {}), KEYS)
    assert told is not None
    for other in (learned, told):
        with pytest.raises(NotSealed):
            signals.read_presence(other, "anna", "1", KEYS)
    for other in (presence, told):
        with pytest.raises(NotSealed):
            signals.read_learned(other, KEYS)
    for other in (presence, learned):
        with pytest.raises(NotSealed):
            open_sealed(other, KEYS)


def test_a_time_without_a_zone_is_refused() -> None:
    plain = b'{"kind": "contrary", "about": "a", "value": "b", "at": "2026-11-20T14:00:00"}'
    with pytest.raises(NotSealed):
        signals.read_learned(KEYS.seal(plain), KEYS)
    with pytest.raises(NotSealed):
        signals.read_hub_state(b'{"desks": 1, "webhooks_at": "2026-11-20T14:00:00"}')


# --- invitations ------------------------------------------------------------------------------------------------------


def invited(**more: Any) -> Invitation:
    return msgspec.structs.replace(Invitation(("tls://team.example.com:4222",), "ws1", "anna", SEED, ROOT), **more)


@given(
    servers=st.lists(SERVERS, min_size=1, max_size=3).map(tuple),
    workspace_id=TOKENS,
    desk=TOKENS,
    key=KEY,
    ca=st.text(max_size=20),
)
def test_an_invitation_survives_being_sent(
    servers: tuple[str, ...], workspace_id: str, desk: str, key: bytes, ca: str
) -> None:
    sent = Invitation(servers, workspace_id, desk, new_seed(), key, ca)
    line = invitation.write(sent)
    wrapped = "\r\n > ".replace(">", "").join(line[at : at + 60] for at in range(0, len(line), 60))
    assert invitation.read(line) == sent
    assert invitation.read(f"  {wrapped}\n") == sent


@given(cut=st.integers(0, 10_000))
@examples(100)
def test_a_line_that_was_cut_is_no_invitation(cut: int) -> None:
    line = invitation.write(invited())
    with pytest.raises(NotAnInvitation):
        invitation.read(line[: cut % len(line)])


@given(line=st.text() | st.text().map(lambda rest: invitation.PREFIX + rest))
def test_another_line_is_no_invitation(line: str) -> None:
    with pytest.raises(NotAnInvitation):
        invitation.read(line)


@pytest.mark.parametrize(
    "wrong",
    [
        {"servers": ()},
        {"servers": ("nats://team.example.com:4222",)},
        {"servers": ("tls://user:word@team.example.com",)},
        {"servers": ("tls://team.example.com/path",)},
        {"servers": ("tls://team.example.com:4222", "http://team.example.com")},
        {"workspace_id": "w.1"},
        {"workspace_id": ""},
        {"desk": "anna smith"},
        {"desk": "*"},
        {"seed": "SA" + SEED[2:]},
        {"seed": ""},
        {"key": ROOT[:-1]},
    ],
)
def test_an_invitation_with_a_wrong_field_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotAnInvitation):
        invitation.read(invitation.write(invited(**wrong)))


@pytest.mark.parametrize("content", [b"\xff", b"[]", b"{}", b"[" * 100_000, json.dumps({"servers": "x"}).encode()])
def test_an_invitation_of_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(NotAnInvitation):
        invitation.read(invitation.PREFIX + base64.urlsafe_b64encode(content).decode())


def test_an_invitation_shows_no_secret() -> None:
    shown = f"{invited()!r} {invited()!s}"
    assert SEED not in shown
    assert ROOT.hex() not in shown
    assert "anna" in shown


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_signs_what_the_public_one_confirms() -> None:
    key = NKey(new_seed())
    public = base64.b32decode(key.public)[1:-2]
    VerifyKey(public).verify(b"nonce", base64.b64decode(key.sign("nonce")))
    with pytest.raises(BadSignatureError):
        VerifyKey(public).verify(b"another", base64.b64decode(key.sign("nonce")))


def test_an_nkey_is_written_as_nats_writes_it() -> None:
    assert NKey(SEED).public == PUBLIC


@given(newer=st.lists(KEY, max_size=3).map(tuple))
def test_newer_keys_open_for_one_desktop_alone(newer: tuple[bytes, ...]) -> None:
    anna, ben = NKey(SEED), NKey(new_seed())
    sealed = seal_keys(newer, anna.public)
    assert anna.open_keys(sealed) == newer
    with pytest.raises(NotSealed):
        ben.open_keys(sealed)


def test_other_keys_are_refused() -> None:
    for sealed in (b"", b"x" * 48, b"x" * 200, seal_keys([b"x" * 31], PUBLIC)):
        with pytest.raises(NotSealed):
            NKey(SEED).open_keys(sealed)


@given(text=st.text(max_size=60))
def test_other_text_is_no_key(text: str) -> None:
    with pytest.raises(NotAnNKey):
        NKey(text)
    with pytest.raises(NotAnNKey):
        seal_keys([], text)


def test_a_public_key_is_no_seed_and_a_mistyped_one_is_noticed() -> None:
    other = "A" if SEED[10] != "A" else "B"
    for wrong in (PUBLIC, SEED[:10] + other + SEED[11:]):
        with pytest.raises(NotAnNKey):
            NKey(wrong)
    with pytest.raises(NotAnNKey):
        seal_keys([], SEED)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["", "a.b", "a b", "*", ">", "ü", "a\n", "x" * 65])
def test_a_word_that_is_no_token_stands_in_no_subject(word: str) -> None:
    assert not subjects.is_token(word)
    for make in (subjects.live, subjects.stream, subjects.inbox_prefix, subjects.hub_state):
        with pytest.raises(ValueError, match="not a name"):
            make(word)
    if word != "*":
        with pytest.raises(ValueError, match="not a name"):
            subjects.presence("w1", word, "1")


def test_a_desktop_may_say_nothing_in_anothers_name() -> None:
    allowed = permissions.of_desk("w1", "anna")
    assert not [subject for subject in allowed.publish if "ben" in subject or ">" in subject]
    assert all("anna" in s or s.startswith("$JS.API.") for s in allowed.publish)
    assert not [s for s in allowed.publish if ".CONSUMER." in s or ".fact." in s or ".live." in s]
