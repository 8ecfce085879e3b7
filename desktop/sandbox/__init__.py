"""Stateful stand-ins for Intercom, the bridge, the channels' providers and the customers' screens: a judge apart.

It imports nothing else of `desktop`: what arrives where follows from the providers' rules and its own state.

In process, without HTTP, threads or asyncio (`world/`; about 0.4 ms for a history of ten actions)::

    from desktop.sandbox.world import AGENT, World

    world = World()                             # Settings() in world.settings, clock at world.now (Unix seconds)
    jennifer = world.add_customer("Jennifer Okafor", phone="+353871234567", known_as="user")
    conversation = world.write(jennifer, on="whatsapp", text="Where is my parcel?")
    world.advance(25 * 3600)                    # stands still unless advanced; due things happen in order
    world.write(jennifer, on="messenger", text="Hello?", conversation_id=conversation, client="ios")
    part = world.teammate_reply(conversation, AGENT, "On its way")      # typed in Intercom's inbox
    world.delivery(part)                        # {"whatsapp": False, "messenger": True, "sms": ..., ...}
    world.truth(conversation)                   # where a reply would go and arrive, before it is sent
    world.screens(jennifer)                     # everything the customer sees, as JSON
    world.intercom.get_conversation(conversation)       # the JSON of GET /conversations/{id}
    world.intercom.reply(conversation, {"type": "admin", "message_type": "comment",
        "admin_id": AGENT, "body": "<p>Hi</p>"}, world.reachline)       # made by Reachline's app

- Customers: `write(customer, on="whatsapp|sms|telegram|facebook|instagram|messenger|email", text)`, `call`, `look`
  (opens the Messenger), `block`, `unblock`, `react`, `edit`, `unsend`, `join` (a group), `change_number(customer, new,
  old_number_goes_to=..., announce=..., bridge_follows=...)`, `set_on_whatsapp`. `write` gives the conversation's id, or
  None while the bridge has not posted it.
- Colleagues in the inbox (no package code): `teammate_reply/note/close/open/snooze/assign/tag/untag`, `rename_tag`,
  `edit_contact`; `bot_reply(..., from_ai=True)` is Fin; `start` begins a conversation (`delivered_as`). Past Intercom:
  `send_template`, and `phone_reply` from the phone's WhatsApp Business App.
- What other apps write: `notice(conversation, kind or text=..., language=..., code=..., author=..., delay_s=...)`,
  `import_message(app, ...)` in the contact's name, `odd_part` and `odd_conversation` of any type by any author.
  `world.rules.tags` and `world.rules.notes` (`intercom/automations.py`) act by themselves, such as a tag rule or an SLA
  bot.
- Records: `redact(part_id)`, `merge(lead_id, user_id)`, `delete_conversation(id)`, `contact_ids(customer)`.
- The cast: `add_customer(...)`, `add_contact(customer, role, phone=...)` (a twin), `add_admin`, `add_line("whatsapp",
  "+3531...", tag=...)`; `lines` has `whatsapp`, `telegram`, `sms`. With `carrier="Intercom"` it is a channel of
  Intercom's own (`intercom-whatsapp`; `world/native.py`), whose conversations tell it in `source.type` and `channel`;
  `move_channel` takes them to the Messenger and back. `add_bridge(name, code)` adds a bridge; `World(bridge_code=...)`
  names the first one's code, `world.bridge.acts_as` the admin on its tags and notes.
- `World(language="de", translate=...)`: story, templates, macros and tags in another language. `translate` makes each
  text from the sandbox's English; Omar and Chloé write Arabic and French anyway. The bridge's notes have a setting.
- Bridges are late as settings say (`bridge_delay_s` to `bridge_delay_max_s`, or the schedule `bridge_delays_s`; in
  order unless `bridge_keeps_order` is off), and `outage(seconds)` holds all posts and sends back.
- `background.populate(world, count, dice)` adds conversations of other customers over the last days in the world's own
  style, some thousands a second; call it before the story.
- The judge: `delivery(part)`, `delivered_to(part)` (by person, strangers included), `truth(conversation)` (the line,
  the address, who has it, whether it would arrive and why not), `window_open(customer, line)`.
- `world.intercom`: `get_conversation`, `parts` (all, uncapped), `search_conversations(body)`, `list_conversations`,
  `get_contact`, `search_contacts(body)`, `create_contact`, `update_contact`, `create_conversation`, `reply`, `change`
  (POST .../parts), `update_conversation`, `redact`, `macros`. The other calls are functions of the modules
  beside it: `intercom.tags`, `notes`, `companies`, `attributes`, `merging`, `away`, `ratings`.
  Refusals are `intercom.errors.IntercomError` (status, code, message, field, headers).
- `world.reachline` and `world.bridge_app` are the two apps: `token`, `package_code`.
- `settings.py` lists every switch: relay of API replies, of bots' and of close texts; delays; which failures are
  noted, in which of six languages, as which part type, by whom and under which code; tags and contact attributes;
  what a block on WhatsApp tells the sender; fields that answers lack (`omit`, `intercom/responses/omitted_fields.py`);
  author types; limits, search.

Which contacts are a customer's the sandbox knows from their making, merges included; they see the conversations of all
of them, also without ever having opened the Messenger. An e-mail conversation is seen in the mailbox and not in the
Messenger, what is written on a channel of Intercom's own on the phone alone. E-mail copies of unread Messenger
replies are not modelled.

Limits count sandbox time: with a standing clock the eleventh API reply to one conversation is refused; raise
`settings.replies_per_conversation_per_10s` and `replies_per_10s` where that is not the point.

Over HTTP (`server.py`): `with Sandbox.start(customers=5, messages=40) as sandbox:` serves on a free loopback port;
`sandbox.urls` is what `reachline sandbox` prints, `sandbox.world` the world behind it (hold `sandbox.lock` to touch
it), `sandbox.cast` the story's people by short name (with `demo_story=True`). The control API (`control.py`) under
`urls["control"]["base_url"]`, a port of its own, does the same from outside, for whoever sends `urls["control"]`'s
token as a bearer (`/act` calls most of the methods above, `/rules`, `/populate`, `/truth/{id}` and
`/windows/{customer}/{line}` the rest). Another process starts
`reachline sandbox --story --customers 0 --messages 0`, reads the one JSON line (`urls["cast"]` has the ids of the
story's people) and drives it there.

Channel providers (`providers.py`), each below a path of its own; `sandbox.urls` has base URL and credentials of each:

- `graph` (WhatsApp Cloud API) and `dialog360` send over the first WhatsApp line that is not at Twilio, `octopods` over
  that one (WABA key) and the SMS line (channel and workspace key), `telegram` is the bot of the first Telegram line.
- `twilio` has the lines whose tag is `twilio` or `twilio_whatsapp`: at the start the SMS line alone. A WhatsApp number
  there: `world.add_line("whatsapp", "+35315550101", tag="twilio_whatsapp")`, or POST /control/lines. Its list has every
  message of its lines, the customers' and the bridge's too, with Twilio's own times.
- All of them, the bridge and `world.send_template` write into one ledger (`world.traffic.messages`): who sent a message
  on which line, and its states with their instants. Text outside the window is accepted and fails `failed_after_s`
  later; it is judged at acceptance, and what arrives stands on the customer's screen from then on.
- Templates (`world.templates`) are the same for all: POST /control/templates pauses or disables one. Files behind
  links are not fetched; the screen shows their names, and what each button leads to or copies (`opens`).
- People: `add_customer(..., bsuid="US.1349...")` without a phone has a WhatsApp user id alone, `on_whatsapp=False` a
  telephone alone. Brazilian and Mexican numbers have WhatsApp ids of their own (`numbers.wa_id`).
- The bot belongs to the bridge's webhook, so getUpdates answers 409 until `settings.telegram_webhook` is "". From then
  on, or with another webhook, the bridge goes on, as behind a server of the team's that passes updates on to both.
- STOP to the SMS line makes Twilio refuse (21610) until START; Twilio's automatic answers are not modelled.

Modes are settings (`graph_window`, `graph_history`, `octopods_shape`, `pair_limit`, `page_limit` ...). Any code of a
provider comes on demand, in its own shape, at once or as the later failure of an accepted message::

    sandbox.world.settings.provoked += [
        Provoked("graph", 131031, path="/messages$"),                   # 403 and Meta's error body
        Provoked("twilio", 30007, later=True),                          # 201, then undelivered
        Provoked("telegram", 429, path="/sendMessage", retry_after_s=17),
    ]
    POST /control/provoke {"errors": [{"provider": "octopods", "code": 5, "path": "/messages$"}]}

Translation services (`providers/translation/`): `deepl` with its two hosts and kinds of keys and a limit of characters
(`deepl_character_limit`), `libretranslate` with or without a key (`libretranslate_key`). They know a few sentences and
mark all others; `world.translated` is every text that they were sent. `/provoke` and faults work as for the channels.

Faults (`settings.Fault` says what each does), one after another or at random, the same ones for the same seed and
the same requests::

    with sandbox.lock:
        sandbox.world.settings.fail_next += [
            Fault("POST", "/reply$", "drop_after"),                     # once: processed, and no answer
            Fault("POST", "/reply$", "status", status=429, rate_headers=True, times=3),
            Fault("*", ".", "delay_after", seconds=0.5, times=None, chance=0.1),    # for ever, one in ten
            Fault("POST", "/conversations/search$", "repeat_hits"),
        ]
        sandbox.world.settings.search_lag_s = 20                        # until search sees a change

    POST /control/faults {"clear": true, "faults": [{"method": "GET", "path": "/me$", "action": "empty"}]}

Webhooks (`webhooks/`): signed notifications of Intercom, WhatsApp Cloud API, Twilio and Telegram to any number of
subscribers, on this computer only, checked as the provider does when they subscribe. Nothing is made without one::

    sandbox.subscribe("intercom", "http://127.0.0.1:8000/hook", topics=["conversation.user.replied"], version="2.16")
    sandbox.subscribe("meta", "http://127.0.0.1:8000/meta", verify_token="...", secret="...")
    sandbox.subscribe("twilio", "http://127.0.0.1:8000/sms#rc=2&rp=5xx", public_url="https://hub.example.com/sms",
        fallback="http://127.0.0.1:8000/fallback", kinds=["incoming"])
    sandbox.subscribe("telegram", "http://127.0.0.1:8000/telegram", secret_token="...")     # as setWebhook does
    sandbox.settle_webhooks()               # until all that is due was answered; both not under `sandbox.lock`
    sandbox.webhooks.log("intercom-1")      # every notification with its attempts and what became of it

    POST /control/webhooks {"provider": "intercom", "address": "...", ...}, GET and DELETE /control/webhooks/{id},
    POST /control/webhooks/{id}/ping, POST /control/webhooks/settle {"timeout_s": 10}

- Secrets by default are in `sandbox.urls`: Intercom's `client_secret`, Graph's `app_secret` and `verify_token`,
  Twilio's `auth_token`. Twilio's messages may name a `StatusCallback` of their own.
- Retries follow the sandbox's clock: Intercom once after a minute, never after 410, throttled by 429, paused after a
  thousand errors, suspended after seven days of them; Meta with growing pauses for seven days; Twilio at once, once,
  and only without a connection, unless the address says otherwise; Telegram one update at a time, until it is received
  or a day old. Answers are awaited `webhook_timeout_s` of real time, `webhook_connections` at a time.
- Edits and deletions on WhatsApp are told with `settings.whatsapp_business_app` alone.
- Not told: topics of articles, companies and tickets; a WhatsApp channel
  of Intercom's own tells Meta's subscribers nothing.
- Faults (`settings.DeliveryFault`): `lose`, `late`, `double`, `reorder`, `ignore_answer`, once for each subscription::

    sandbox.world.settings.fail_deliveries += [
        DeliveryFault("intercom", "lose", "conversation.user.replied", times=3),
        DeliveryFault("*", "late", seconds=90, times=None, chance=0.1),
    ]
    POST /control/faults {"deliveries": [{"provider": "meta", "action": "double", "topic": "statuses"}]}

Rate limits: `rate_limit_per_10s` for each app of Intercom and `workspace_rate_limit_per_10s` for all together; GET
/control/calls counts calls and 429s of each, by window of ten seconds, and the busiest minute.

The network cable: `sandbox.unplug()` makes the providers' port refuse connections (and files with it) and breaks the
open ones, `sandbox.plug_in()` brings it back at the same address; call neither under `sandbox.lock`. From outside
POST /control/network {"plugged": false}. What had arrived before is still processed.
`sandbox.connections` counts the open ones.

Judging: `sandbox.processed_replies()` (GET /control/processed) is every admin's comment that the API took, in order,
whatever the caller was answered; `world.texts(customer)` (GET /control/customers/{id}/texts) counts each text on each
of the customer's screens, 25 ms for 10,000 messages where `screens` takes 60.
"""
