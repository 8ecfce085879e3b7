"""Both translation services over real HTTP: what they answer, refuse and take too long for; the key stays secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from desktop.app.connect import Hosts, LiveConnector
from desktop.domain.content.translation import TranslationService
from desktop.ports import InvalidValue, ProviderError, ProviderErrorKind
from desktop.ports.translation import Formality, TranslationConfig, TranslationReason, Translator
from desktop.sandbox.model.settings import Fault, Provoked, Settings
from desktop.sandbox.server import Sandbox
from desktop.system.clock import ServerClock
from desktop.text.reasons.describe import describe

HELLO, ARABIC = "Good morning! My parcel has not arrived yet.", "شكرا جزيلا"


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    with served.lock:
        settings, plain = served.world.settings, Settings()
        settings.fail_next.clear()
        settings.provoked.clear()
        settings.deepl_character_limit = plain.deepl_character_limit
        settings.libretranslate_key = ""
        served.world.translated.clear()
    return served


class QuickClock(ServerClock):
    async def sleep(self, seconds: float) -> None:
        self.slept = seconds


def translator_of(sandbox: Sandbox, service: str, key: str | None = None, patience_s: float = 10.0) -> Translator:
    """service: `deepl`, `free` or `libretranslate`."""
    urls, clock = sandbox.urls, QuickClock()
    connector = LiveConnector(Hosts.of_sandbox(urls), clock, patience_s)
    if service == "libretranslate":
        config = TranslationConfig(
            TranslationService.LIBRETRANSLATE, "en", address=urls["libretranslate"]["base_url"] + "/"
        )
        return connector.translator(config, key or "")
    own = urls["deepl"]["free_key" if service == "free" else "key"]
    return connector.translator(TranslationConfig(TranslationService.DEEPL, "EN-GB"), own if key is None else key)


async def refusal_of(translator: Translator, target: str = "DE", texts: tuple[str, ...] = (HELLO,)) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await translator.translate(texts, target)
    await translator.aclose()
    return caught.value


async def test_both_translate_in_order_and_say_from_which_language(sandbox: Sandbox) -> None:
    for service, target in (("deepl", "DE"), ("free", "DE"), ("libretranslate", "de")):
        translator = translator_of(sandbox, service)
        account = await translator.check()
        assert target in account.languages
        assert account.host.startswith("127.0.0.1:")
        with sandbox.lock:
            # Nothing of anybody's: at most a word of the program's own.
            assert sandbox.world.translated in ([], ["OK"])
            sandbox.world.translated.clear()
        made = await translator.translate([HELLO, ARABIC, "Order\n#4711 <b>&amp;</b>"], target)
        assert [m.source_language for m in made] == ["en", "ar", "en"]
        assert made[0].text == "Guten Morgen! Mein Paket ist noch nicht angekommen."
        assert (made[1].text, made[2].text) == ("Vielen Dank", "[de] Order\n#4711 <b>&amp;</b>")
        told = await translator.translate([HELLO], target, source="en", formality=Formality.MORE)
        assert told[0].source_language == "en"
        with sandbox.lock:
            assert sandbox.world.translated == [HELLO, ARABIC, "Order\n#4711 <b>&amp;</b>", HELLO]
            sandbox.world.translated.clear()
        await translator.aclose()


async def test_a_language_without_a_formal_form_is_no_error(sandbox: Sandbox) -> None:
    translator = translator_of(sandbox, "deepl")
    assert (await translator.translate([HELLO], "AR", formality=Formality.LESS))[0].text.startswith("[ar]")
    await translator.aclose()


async def test_refusals_have_reasons_of_their_own(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    other = "11111111-2222-3333-4444-555555555555"
    errors = {
        "key": await refusal_of(translator_of(sandbox, "deepl", other)),
        "wrong host": await refusal_of(translator_of(sandbox, "deepl", sandbox.urls["deepl"]["key"] + ":fx")),
        "language": await refusal_of(translator_of(sandbox, "deepl"), "XX"),
        "libre language": await refusal_of(translator_of(sandbox, "libretranslate"), "xx"),
    }
    with sandbox.lock:
        sandbox.world.settings.deepl_character_limit = 10
        sandbox.world.settings.libretranslate_key = "libre-secret"
    errors |= {
        "quota": await refusal_of(translator_of(sandbox, "deepl")),
        "no key": await refusal_of(translator_of(sandbox, "libretranslate")),
        "libre key": await refusal_of(translator_of(sandbox, "libretranslate", "libre-wrong")),
        "too long": await refusal_of(translator_of(sandbox, "libretranslate", "libre-secret"), "de", ("a" * 6000,)),
    }
    codes = {name: error.reason.code for name, error in errors.items()}
    assert codes == {
        "key": TranslationReason.KEY_REFUSED,
        "wrong host": TranslationReason.KEY_REFUSED,
        "language": TranslationReason.LANGUAGE_REFUSED,
        "libre language": TranslationReason.LANGUAGE_REFUSED,
        "quota": TranslationReason.QUOTA_USED_UP,
        "no key": TranslationReason.KEY_NEEDED,
        "libre key": TranslationReason.KEY_REFUSED,
        "too long": ProviderErrorKind.TOO_LARGE,
    }
    said = " ".join(describe(error.reason) for error in errors.values()) + caplog.text
    for secret in (other, sandbox.urls["deepl"]["key"], "libre-secret", "libre-wrong", HELLO, "aaaa"):
        assert secret not in said
    assert "DeepL plan's characters are used up" in said


@pytest.mark.parametrize("service", ["deepl", "libretranslate"])
async def test_busy_servers_are_asked_again_and_broken_ones_told_apart(sandbox: Sandbox, service: str) -> None:
    settings, target = sandbox.world.settings, "DE" if service == "deepl" else "de"
    root = f"^/{service}/"
    for code, kind in ((429, ProviderErrorKind.THROTTLED), (500, ProviderErrorKind.BUSY)):
        settings.provoked.append(Provoked(service, code, times=2))
        translator = translator_of(sandbox, service)
        assert (await translator.translate([ARABIC], target))[0].text == "Vielen Dank", "the third try"
        settings.provoked.append(Provoked(service, code, times=None))
        assert (await refusal_of(translator, target)).kind is kind
        settings.provoked.clear()
    for action, kind in (
        ("drop_before", ProviderErrorKind.OFFLINE),
        ("empty", ProviderErrorKind.BAD_ANSWER),
        ("truncate", ProviderErrorKind.BAD_ANSWER),
        ("redirect", ProviderErrorKind.BAD_ANSWER),
    ):
        settings.fail_next.append(Fault("*", root, action, times=None))
        assert (await refusal_of(translator_of(sandbox, service), target)).kind is kind, action
        settings.fail_next.clear()
    settings.fail_next.append(Fault("*", root, "delay", seconds=0.4, times=None))
    slow = await refusal_of(translator_of(sandbox, service, patience_s=0.05), target)
    assert slow.kind is ProviderErrorKind.TIMED_OUT


@pytest.mark.parametrize(
    "answer",
    [
        {"translations": []},
        {"translations": [{"text": ""}]},
        {"translations": [{"text": 7, "detected_source_language": ["x"]}, {}]},
        {"translatedText": "one"},
        {"translatedText": [None]},
        [],
        {"translations": {"text": "x"}, "translatedText": {"a": 1}, "detectedLanguage": 3},
    ],
)
@pytest.mark.parametrize("service", ["deepl", "libretranslate"])
async def test_an_answer_without_a_translation_is_none(
    sandbox: Sandbox, service: str, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator = translator_of(sandbox, service)

    async def read(*_args: object, **_more: object) -> object:
        return json.loads(json.dumps(answer))

    monkeypatch.setattr(translator._client, "read", read)
    assert (await refusal_of(translator)).kind is ProviderErrorKind.BAD_ANSWER


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", TranslationReason.ADDRESS_FORM),
        ("translate.example.com", TranslationReason.ADDRESS_FORM),
        ("https://user:pass@translate.example.com", TranslationReason.ADDRESS_FORM),
        ("https://translate.example.com/?a=1", TranslationReason.ADDRESS_FORM),
        ("https://[::1", TranslationReason.ADDRESS_FORM),
        ("https://x:99999999", TranslationReason.ADDRESS_FORM),
        ("http://translate.example.com", TranslationReason.ADDRESS_NOT_SECURE),
        ("http://8.8.8.8:5000", TranslationReason.ADDRESS_NOT_SECURE),
    ],
)
def test_impossible_and_readable_addresses_are_refused(sandbox: Sandbox, address: str, reason: str) -> None:
    connector = LiveConnector(Hosts.of_sandbox(sandbox.urls), ServerClock())
    with pytest.raises(InvalidValue) as caught:
        connector.translator(TranslationConfig(TranslationService.LIBRETRANSLATE, "en", address=address), "")
    assert (caught.value.reason.code, caught.value.field) == (reason, "address")


def test_a_server_of_the_same_network_may_be_without_a_certificate(sandbox: Sandbox) -> None:
    connector = LiveConnector(Hosts.of_sandbox(sandbox.urls), ServerClock())
    for address in ("http://localhost:5000", "http://192.168.1.9:5000/lt/", "https://translate.example.com"):
        config = TranslationConfig(TranslationService.LIBRETRANSLATE, "en", address=address)
        assert connector.translator(config, "").host == address.partition("://")[2].rstrip("/")


async def test_what_a_translation_server_says_of_the_time_is_not_learnt(sandbox: Sandbox) -> None:
    clock = ServerClock()
    connector = LiveConnector(Hosts.of_sandbox(sandbox.urls), clock)
    translator = connector.translator(
        TranslationConfig(TranslationService.DEEPL, "EN-GB"), sandbox.urls["deepl"]["key"]
    )
    await translator.check()
    await translator.aclose()
    assert clock.server_time is None
