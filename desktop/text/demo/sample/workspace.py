"""What the support team of the sample workspace has set up: teams, tags, macros, attributes and WhatsApp templates."""

from __future__ import annotations

from desktop.text.catalog import Text

TEAMS_AND_TAGS = (
    # Translators: a colleague's job title.
    Text("Head of support", "in the demo"),
    # Translators: the name of a team: they see to it that parcels arrive.
    Text("Deliveries", "in the demo"),
    # Translators: the name of a team: they pay back what customers paid.
    Text("Refunds", "in the demo"),
    # Translators: tags of conversations.
    Text("urgent", "in the demo"),
    Text("refund", "in the demo"),
    Text("delivery", "in the demo"),
)
ATTRIBUTES = (
    # Translators: labels of what is known of a customer: what they pay for; how many orders; how much money; whether
    # they get the newsletter; since when; the newest order; how likely it is that they don't pay.
    Text("Plan", "in the demo"),
    Text("Orders", "in the demo"),
    Text("Spent", "in the demo"),
    Text("Newsletter", "in the demo"),
    Text("Customer since", "in the demo"),
    Text("Last order", "in the demo"),
    Text("Risk score", "in the demo"),
)
MACROS = (
    # Translators: the name of a ready text, a greeting.
    Text("Greeting", "in the demo"),
    # Translators: "there" stands where the name isn't known; the rest between the braces stays as it is.
    Text('Hi {{user.name|fallback:"there"}}, how can I help?'),
    # Translators: the name of a ready text.
    Text("Ask for a photo", "in the demo"),
    # Translators: to a customer whose parcel is damaged; the label is on the parcel.
    Text("Could you send us a photo of the label & the damage, please?"),
    # Translators: the name of a ready text.
    Text("Refund on its way", "in the demo"),
    # Translators: "there" and "your account" stand where name or email address aren't known; the rest between the
    # braces stays as it is.
    Text('Hello {{user.name|fallback:"there"}},\nyour refund is on its way to {{user.email|fallback:"your account"}}.'),
    # Translators: the name of a ready text.
    Text("Order number", "in the demo"),
    # Translators: the beginning of a reply; what is between the braces stays as it is.
    Text("About order {{user.last_order}}:"),
)
TEMPLATES = (
    # Translators: WhatsApp templates of an online shop; what is in double braces stays as it is.
    Text("Hi {{first_name}}, order {{order_id}} has shipped."),
    # Translators: on a button of a template: shows where the parcel is.
    Text("Track", "in the demo"),
    # Translators: on a button of a template: no more such messages.
    Text("Stop", "in the demo"),
    # Translators: {{1}}: an order's number.
    Text("About order {{1}}"),
    # Translators: {{1}}: a first name; {{2}}: an order's number; {{3}}: a time such as 18:00.
    Text("Hi {{1}}, your order {{2}} has shipped and should arrive by {{3}}."),
    # Translators: {{1}}: a first name.
    Text("Hi {{1}}, we have news about your request. Please answer to go on."),
    Text("Is your question still open?"),
    # Translators: on a button below "Is your question still open?"
    Text("Yes", "in the demo"),
    # Translators: on a button below "Is your question still open?"
    Text("No, thank you", "in the demo"),
    # Translators: {{1}}: an order's number.
    Text("Here is the invoice for order {{1}}."),
    # Translators: above a place on a map; {{1}}: a first name.
    Text("Hi {{1}}, collect it here."),
    # Translators: above a code for a discount; {{1}}: a first name.
    Text("Thank you, {{1}}! Here is a small present."),
    # Translators: {{1}}: a code to sign in.
    Text("{{1}} is your code."),
    # Translators: on a button of a template.
    Text("Copy code", "in the demo"),
    # Translators: {{1}}: a first name.
    Text("{{1}}, everything is cheaper this week."),
    # Translators: an advertisement for a sale.
    Text("Everything must go!"),
    # Translators: {{1}}: a time of the day such as 21:00.
    Text("We are open until {{1}} from now on."),
)
