"""What the sample workspace's customers and their support team write, in the order of the customers."""

from __future__ import annotations

from desktop.text.catalog import Text

STORY = (
    # Translators: all of these are messages between customers of an online shop and its support team. Write as people
    # do there: short, casual customers, a friendly team. Names and numbers stay. Jennifer, in the shop's Messenger.
    Text("Do you ship to Northern Ireland?"),
    # Translators: the team to Jennifer.
    Text("Yes, we do. It takes two days longer."),
    # Translators: Jennifer to the team.
    Text("Great, thank you!"),
    # Translators: Jennifer, on WhatsApp.
    Text("Hi, it's Jennifer. Where is my parcel? Order #4711"),
    # Translators: the team to Jennifer.
    Text("Hi Jennifer, let me ask the courier."),
    # Translators: Jennifer, of the order's state in the shop.
    Text("Thanks! It still says pending."),
    # Translators: Tomás, on Telegram.
    Text("Hola! Can I collect the order in your shop?"),
    # Translators: the team to Tomás.
    Text("Hi Tomás, yes, from tomorrow at ten."),
    # Translators: Tomás, in front of the shop.
    Text("I am here, but the shop is closed?"),
    # Translators: Mei Lin, a text message (SMS): as short as people write these.
    Text("Pls confirm delivery for order 5120"),
    # Translators: the team to Mei Lin.
    Text("Hello Mei Lin, it is planned for Thursday."),
    # Translators: Mei Lin, of the time of delivery.
    Text("Can it be after 6 pm?"),
    # Translators: Anna, in the Messenger.
    Text("How do I return a jacket?"),
    # Translators: the team to Anna: the label for the parcel that goes back.
    Text("You can print the label from your account."),
    # Translators: Anna, on WhatsApp.
    Text("Hi, the return label does not print. Can you send it here?"),
    # Translators: Lerato, on WhatsApp.
    Text("The vase arrived broken. What can I do?"),
    # Translators: Lerato, of the broken vase.
    Text("Shall I send photos?"),
    # Translators: Priyanka, on WhatsApp.
    Text("Is my refund already booked?"),
    # Translators: Liam, on WhatsApp, about something bought in the shop.
    Text("Morning! Do you repair these?"),
    # Translators: the team to Liam: it can be brought to the shop.
    Text("Hi Liam, we do. Please bring it in."),
    # Translators: Liam, of what is sent.
    Text("Something else: is it insured?"),
    # Translators: Ingrid, a long complaint in the Messenger.
    Text(
        "Let me explain from the start. I ordered two lamps on the 3rd, one for my mother and one for us. The first "
        "came after a week, in a box that was open on one side, and the glass had a crack from top to bottom. I wrote "
        "to you the same evening and was told to keep everything until somebody collects it.\n\n"
        "Nobody came. I called the courier, who said that the collection had been cancelled by the sender. I did not "
        "cancel anything, and I do not know who else could have. Meanwhile the second lamp arrived, but it is the "
        "wrong colour: we asked for brass and got black.\n\n"
        "So now I have one broken lamp, one lamp in the wrong colour, two boxes in the hall, and a birthday on "
        "Saturday. Please tell me three things: when will the boxes be collected, when can we have the right lamp, "
        "and will I get the shipping costs back?"
    ),
    # Translators: a note of the team about Ingrid's boxes.
    Text("Collection was cancelled by us."),
    # Translators: Diego, above two pictures of a parcel.
    Text("This is how it arrived:"),
    # Translators: Yuki, an email: the first line is its subject.
    Text("Invoice for order 5333\nPlease send it to our accounting address."),
    # Translators: the team to Yuki, by email: it can be seen in Yuki's account at the shop.
    Text("Dear Yuki, the invoice is attached to your account."),
    # Translators: Jonas, in the Messenger.
    Text("Do you sell gift cards?"),
    # Translators: Fatima, on WhatsApp.
    Text("Please call me on Monday about the sofa."),
    # Translators: the team to Fatima: they will call on Monday.
    Text("We will, Fatima."),
)
