"""Names and sentences for random support conversations."""

from __future__ import annotations

_FIRST = (
    "Aoife Bilal Camila Dmitri Elif Femi Grace Hiroshi Inês Joaquín Kavya Lars Mariam Ngozi Olena Pedro "
    "Quentin Rania Sofia Thandiwe Umar Valentina Wanjiru Xiulan Yusuf Zofia Niamh Arjun Beatriz Çağla"
)
_LAST = (
    "Murphy Rahman Souza Volkov Yılmaz Adeyemi Nguyen Sato Carvalho Morales Reddy Hansen Khalil Eze Shevchenko "
    "Alves Dubois Farouk Rossi Nkosi Siddiqui Castro Kamau Zhang Demir Nowak Walsh Patel Lima O'Neill"
)
FIRST_NAMES, LAST_NAMES = _FIRST.split(), _LAST.split()

QUESTIONS = (
    "Hi, where is my parcel?",
    "The tracking page has not changed since Monday.",
    "Can I still change the delivery address?",
    "My order {order} arrived damaged, what now?",
    "How do I send something back?",
    "I was charged twice for order {order}.",
    "Is it possible to collect it myself?",
    "The courier says nobody was at home, but I was here all day!",
    "Do you deliver on Saturdays?",
    "When will I get my refund?",
    "Hello?",
    "Any news?",
    "Thanks, that worked 👍",
    "I only got one of the two boxes.",
    "Could you send me the invoice for {order}, please?",
    "The size is wrong, can I swap it?",
)
ANSWERS = (
    "Hi {name}, let me have a look.",
    "It left our hub this morning and should be with you tomorrow.",
    "I have changed the address for order {order}.",
    "I am sorry about that, {name}. A new one is on its way.",
    "You can print the return label from your account.",
    "The refund was booked today; your bank may need three days.",
    "Yes, we deliver on Saturdays between 9:00 and 14:00.",
    "Could you send me a photo of the label?",
    "The courier will try again tomorrow.",
    "The invoice is on its way to your mailbox.",
)
NOTES = (
    "Courier confirmed by phone.",
    "Second complaint this month, be generous.",
    "Refund approved by Priya.",
)
