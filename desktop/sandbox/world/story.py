"""The demo's customers, with a history of five days before the demo starts.

They write in the world's language, and Omar and Chloé in Arabic and French, whatever it is: one of them at least is
somebody to translate for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop.sandbox.model.clock import DAY_S
from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, COLLEAGUE, Channel, World
from desktop.sandbox.world.sample_files import make_pdf, sample

STORY_S = 5 * DAY_S
_LONG = (
    "Let me explain from the start. I ordered two lamps on the 3rd, one for my mother and one for us. The first "
    "came after a week, in a box that was open on one side, and the glass had a crack from top to bottom. I wrote "
    "to you the same evening and was told to keep everything until somebody collects it.\n\n"
    "Nobody came. I called the courier, who said that the collection had been cancelled by the sender. I did not "
    "cancel anything, and I do not know who else could have. Meanwhile the second lamp arrived, but it is the "
    "wrong colour: we asked for brass and got black.\n\n"
    "So now I have one broken lamp, one lamp in the wrong colour, two boxes in the hall, and a birthday on "
    "Saturday. Please tell me three things: when will the boxes be collected, when can we have the right lamp, "
    "and will I get the shipping costs back?"
)


def story(world: World) -> dict[str, Customer]:
    """Play the history over the next five days of the world's clock. Returns the customers by short name."""
    play = _Play(world)
    _leads(play)
    _windows(play)
    _crowd(play)
    play.run()
    return play.cast


class _Play:
    """Collects scenes and plays them in the order of their times."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.end = world.now + STORY_S
        self.cast: dict[str, Customer] = {}
        self.talks: dict[str, str] = {}
        self._scenes: list[tuple[float, Callable[[], object]]] = []

    def scene(self, hours_ago: float, action: Callable[[], object]) -> None:
        self._scenes.append((self.end - hours_ago * 3600, action))

    def says(
        self,
        hours_ago: float,
        who: str,
        on: Channel,
        text: str,
        talk: str | None = None,
        *,
        own: bool = False,
        **more: Any,
    ) -> None:
        """The customer writes. The conversation is stored as `talk`, by default under their short name.

        own: in the customer's own language, whatever the world's is.
        """

        def act() -> None:
            found = self.world.write(self.cast[who], on, self._translated(text, own=own), **more)
            self.talks[talk or who] = str(found)

        self.scene(hours_ago, act)

    def answers(self, hours_ago: float, talk: str, text: str, admin: str = AGENT, *, own: bool = False) -> None:
        """A teammate replies. own: in the customer's language, as of `says`."""

        def act() -> None:
            conversation = self.talks[talk]
            self.world.teammate_assign(conversation, admin, admin)
            self.world.teammate_reply(conversation, admin, self._translated(text, own=own))

        self.scene(hours_ago, act)

    def closes(self, hours_ago: float, talk: str, admin: str = AGENT) -> None:
        self.scene(hours_ago, lambda: self.world.teammate_close(self.talks[talk], admin))

    def _translated(self, text: str, *, own: bool = False) -> str:
        return text if own or not text else self.world.translate(text)

    def run(self) -> None:
        for instant, action in sorted(self._scenes, key=lambda scene: scene[0]):
            self.world.clock.move_to(instant)
            action()
        self.world.clock.move_to(self.end)


def _leads(play: _Play) -> None:
    """Jennifer answers in the Messenger, Tomás and Mei Lin have no window, Anna writes on two channels."""
    cast, add = play.cast, play.world.add_customer
    cast["jennifer"] = add(
        "Jennifer Okafor", phone="+353871234567", email="jennifer.okafor@example.com", known_as="user"
    )
    play.says(96, "jennifer", "messenger", "Do you ship to Northern Ireland?", "earlier", client="web")
    play.answers(95.5, "earlier", "Yes, we do. It takes two days longer.")
    play.says(95.4, "jennifer", "messenger", "Great, thank you!", "earlier", client="web")
    play.closes(95, "earlier")
    play.says(3.2, "jennifer", "whatsapp", "Hi, it's Jennifer. Where is my parcel? Order #4711")
    play.answers(3.0, "jennifer", "Hi Jennifer, let me ask the courier.")
    play.says(2.9, "jennifer", "whatsapp", "Thanks! It still says pending.")

    cast["tomas"] = add("Tomás Rivera", telegram_id=77001122)
    play.says(30, "tomas", "telegram", "Hola! Can I collect the order in your shop?")
    play.answers(29.5, "tomas", "Hi Tomás, yes, from tomorrow at ten.")
    play.says(5, "tomas", "telegram", "I am here, but the shop is closed?")

    cast["mei"] = add("Mei Lin Chen", phone="+6591234567")
    play.says(50, "mei", "sms", "Pls confirm delivery for order 5120")
    play.answers(49, "mei", "Hello Mei Lin, it is planned for Thursday.", COLLEAGUE)
    play.says(8, "mei", "sms", "Can it be after 6 pm?")

    cast["anna"] = add("Anna Kowalska", phone="+48501234567", email="anna.k@example.com", known_as="user")
    play.says(26, "anna", "messenger", "How do I return a jacket?", "anna messenger", client="web")
    play.answers(25, "anna messenger", "You can print the label from your account.")
    play.says(0.7, "anna", "whatsapp", "Hi, the return label does not print. Can you send it here?", "anna")


def _windows(play: _Play) -> None:
    """One window closed, one about to close, one spread over several conversations."""
    cast, add = play.cast, play.world.add_customer
    cast["lerato"] = add("Lerato Mokoena", phone="+27821234567", email="lerato@example.com", known_as="lead")
    play.says(31, "lerato", "whatsapp", "The vase arrived broken. What can I do?")
    play.says(30.6, "lerato", "whatsapp", "Shall I send photos?")

    cast["priyanka"] = add("Priyanka Iyer", phone="+919812345678")
    play.says(23.4, "priyanka", "whatsapp", "Is my refund already booked?")

    cast["liam"] = add("Liam O'Connor", phone="+353860001122", known_as="lead")
    play.says(70, "liam", "whatsapp", "Morning! Do you repair these?", "liam first")
    play.answers(69, "liam first", "Hi Liam, we do. Please bring it in.")
    play.closes(68, "liam first")

    def writes_after_the_pause() -> None:
        kept = play.world.settings.new_conversation_after_s
        play.world.settings.new_conversation_after_s = 3600.0
        text = play.world.translate("Something else: is it insured?")
        play.talks["liam"] = str(play.world.write(cast["liam"], "whatsapp", text))
        play.world.settings.new_conversation_after_s = kept

    play.scene(12, writes_after_the_pause)

    cast["chloe"] = add("Chloé Martin", phone="+33612345678", email="chloe@example.com", known_as="user", language="fr")
    play.says(60, "chloe", "whatsapp", "Bonjour, le carton était vide !", own=True)
    play.answers(59, "chloe", "Désolés, Chloé. Nous vous le renvoyons.", own=True)
    play.closes(58.5, "chloe")
    play.says(20, "chloe", "whatsapp", "Toujours rien, vous avez des nouvelles ?", own=True)
    play.answers(19, "chloe", "Le colis est chez le transporteur.", COLLEAGUE, own=True)
    play.closes(18.5, "chloe", COLLEAGUE)
    play.says(6, "chloe", "messenger", "C'est marqué livré, mais je n'ai rien reçu.", client="ios", own=True)


def _crowd(play: _Play) -> None:
    """Other scripts, long texts, files, e-mail, a snoozed and an unassigned conversation."""
    cast, add = play.cast, play.world.add_customer
    cast["omar"] = add("عمر حداد", phone="+962790001122", language="ar")
    play.says(9, "omar", "whatsapp", "مرحبا، أين طلبي رقم 4821؟", own=True)
    play.answers(8.5, "omar", "مرحبا عمر، سأتحقق من ذلك الآن.", COLLEAGUE, own=True)
    play.says(8.2, "omar", "whatsapp", "شكرا جزيلا", own=True)

    cast["ingrid"] = add("Ingrid Sørensen", email="ingrid@example.com", known_as="user")
    play.says(15, "ingrid", "messenger", _LONG, client="web")

    cast["diego"] = add("Diego Fernández", phone="+34611223344")
    files = [sample("picture"), make_pdf("invoice-5120.pdf")]
    play.says(4, "diego", "whatsapp", "This is how it arrived:", attachments=files)
    play.says(3.9, "diego", "whatsapp", "", attachments=[sample("voice_note")])

    cast["yuki"] = add("Yuki Tanaka", email="yuki.tanaka@example.com", known_as="user")
    play.says(40, "yuki", "email", "Invoice for order 5333\nPlease send it to our accounting address.")
    play.answers(38, "yuki", "Dear Yuki, the invoice is attached to your account.", COLLEAGUE)

    cast["jonas"] = add("Jonas Weber", email="jonas@example.com", known_as="lead")
    play.says(1.5, "jonas", "messenger", "Do you sell gift cards?", client="android")

    cast["fatima"] = add("Fatima Zahra El Amrani", phone="+212612345678")
    play.says(28, "fatima", "whatsapp", "Please call me on Monday about the sofa.")
    play.answers(27.5, "fatima", "We will, Fatima.")
    play.scene(27, lambda: play.world.teammate_snooze(play.talks["fatima"], AGENT, play.end + 2 * DAY_S))
    note, tag = map(play.world.translate, ("Collection was cancelled by us.", "urgent"))
    play.scene(14, lambda: play.world.teammate_note(play.talks["ingrid"], COLLEAGUE, note))
    play.scene(13, lambda: play.world.teammate_tag(play.talks["ingrid"], COLLEAGUE, tag))
