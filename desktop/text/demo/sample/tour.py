"""What is written while the tour is played."""

from __future__ import annotations

from desktop.text.catalog import Text

# Translators: messages between customers of an online shop and its support team, short and as people write there.
# Names, numbers and links stay, and no no-break space (U+00A0), which no editor keeps. The team to Jennifer: the parcel
# is on its way.
LEFT_OUR_HUB = Text("Hi Jennifer, it left our hub this morning.")
# Translators: Jennifer, in the Messenger.
ON_MY_LAPTOP = Text("Thanks! I am on my laptop now.")
# Translators: the team to Jennifer, of the parcel.
BY_FIVE = Text("No problem. It should be with you by five.")
# Translators: the team to Jennifer.
TRACKING_LINK = Text("Here is your tracking link: https://parcels.example.com/t/4711")
# Translators: a text message (SMS) of the team to Mei Lin, of exactly two parts: 161 to 306 characters of the plain
# Latin alphabet of text messages, which lacks most accents but é, è, à, ù, ä, ö, ü, ñ, ß; 71 to 134 in any other.
# STOP stays as it is.
DELIVERY_BOOKED = Text(
    "Hi Mei Lin, your delivery for order 5120 is booked for Thursday between 18:00 and 20:00. Please be at home, "
    "because the driver needs a signature. Reply STOP to get no more of these."
)
# Translators: the team to Tomás, who wants to collect an order: the shop is open.
SHALL_WE_KEEP_IT = Text("Tomás, we are open now. Shall I keep it for you?")
# Translators: the team to Anna, of the label of a parcel that goes back.
STILL_NOT_PRINTED = Text("Hi Anna, does the label still not print?")
# Translators: the team to Tomás, who stands in front of the closed shop.
OPEN_AT_TEN = Text("Sorry, Tomás! We open at ten today.")
# Translators: the team to Mei Lin, of the time of delivery.
AFTER_SIX = Text("Yes, after 6 pm works. See you on Thursday.")
# Translators: Jennifer, in the Messenger, of the parcel.
STILL_NOT_HERE = Text("Hello? It is still not here.")
# Translators: the team to Jennifer.
CALLED_THE_COURIER = Text("I am sorry, Jennifer. I have just called the courier.")
# Translators: the team to Jennifer.
COMES_THIS_EVENING = Text("The courier comes again this evening")
# Translators: Jennifer, on WhatsApp, of the parcel.
HAS_ARRIVED = Text("It has just arrived. Thank you!")
# Translators: the team to Jennifer, of what was in the parcel.
ENJOY_IT = Text("Great! Enjoy it.")
