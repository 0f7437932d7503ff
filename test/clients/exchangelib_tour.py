"""A tour of a mailbox with exchangelib. Writes the result or the error of each step as a line of JSON.

Arguments: the URL of the service, and the file with the authority's certificate.
"""

import datetime
import json
import sys

import exchangelib as ews
from exchangelib.folders import FolderCollection
from exchangelib.properties import AlternateId
from exchangelib.protocol import BaseProtocol
from exchangelib.version import EXCHANGE_2016, Version
from requests.adapters import HTTPAdapter

URL, AUTHORITY = sys.argv[1:]
UTC = ews.UTC


class Adapter(HTTPAdapter):
    def cert_verify(self, conn, url, verify, cert):
        super().cert_verify(conn=conn, url=url, verify=AUTHORITY, cert=cert)


BaseProtocol.HTTP_ADAPTER_CLS = Adapter
BaseProtocol.TIMEOUT = 10


class Colour(ews.ExtendedProperty):
    property_set_id = "00020386-0000-0000-c000-000000000046"
    property_name = "x-colour"
    property_type = "String"


class FlagStatus(ews.ExtendedProperty):
    property_tag = 0x1090
    property_type = "Integer"


ews.Message.register("colour", Colour)
ews.Message.register("flag_status", FlagStatus)

STEPS = []


def step(work):
    STEPS.append(work)
    return work


def run():
    for work in STEPS:
        try:
            line = {"step": work.__name__, "result": work()}
        except Exception as error:  # each step is told for itself
            line = {"step": work.__name__, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(line), flush=True)


config = ews.Configuration(
    service_endpoint=URL,
    credentials=ews.Credentials("ada", "secret"),
    auth_type=ews.BASIC,
    version=Version(build=EXCHANGE_2016),
    max_connections=2,
)
account = ews.Account(
    "ada@example.test",
    config=config,
    autodiscover=False,
    access_type=ews.DELEGATE,
    default_timezone=ews.EWSTimeZone("UTC"),
)
inbox = account.inbox
mail = lambda: inbox.filter(item_class="IPM.Note")
subjects = lambda query: sorted(item.subject for item in query)
first = lambda: inbox.get(subject="Message 0 & <more>")


@step
def folder_names():
    return sorted(folder.name for folder in account.msg_folder_root.walk())


@step
def root_by_its_name():
    return [account.root.name, account.msg_folder_root.parent.name]


@step
def find_folders_by_restriction():
    top = FolderCollection(account=account, folders=[account.msg_folder_root])
    return sorted(folder.name for folder in top.find_folders(q=ews.Q(name__contains="Items")))


@step
def newest_first():
    return [item.subject for item in mail().order_by("-datetime_received").only("subject")]


@step
def find_by_subject():
    return subjects(inbox.filter(subject__contains="& <more>", item_class="IPM.Note"))


@step
def find_by_prefix():
    return mail().filter(subject__startswith="Message 1").count()


@step
def find_unread():
    return mail().filter(is_read=False).count()


@step
def find_by_date():
    day = datetime.timedelta(days=1)
    start = ews.EWSDateTime(2026, 11, 1, tzinfo=UTC)
    return mail().filter(datetime_received__range=(start, start + day)).count()


@step
def find_by_message_id():
    return subjects(inbox.filter(message_id="<m2@example.test>"))


@step
def find_without():
    return subjects(mail().exclude(subject__contains="Message 1").only("subject"))


@step
def find_by_words():
    return [inbox.filter('subject:"Message 1"').count(), inbox.filter("subject:nothing").count()]


@step
def read_text():
    item = first()
    return [item.text_body, item.sender.email_address, item.sender.name, item.to_recipients[0].email_address]


@step
def read_mime():
    return first().mime_content.decode().splitlines()[0]


@step
def read_headers():
    return [header.value for header in first().headers if header.name == "Message-ID"]


@step
def read_file():
    return [[file.name, file.content.hex()] for file in first().attachments]


@step
def read_attached_message():
    (attached,) = inbox.get(subject="With a message").attachments
    inner = attached.item
    return [type(attached).__name__, attached.name, inner.subject, inner.body, [f.name for f in inner.attachments]]


@step
def read_file_of_attached_message():
    (attached,) = inbox.get(subject="With a message").attachments
    return attached.item.attachments[0].content.decode()


@step
def other_items():
    others = inbox.exclude(item_class="IPM.Note").only("subject", "item_class")
    return sorted([type(item).__name__, item.subject] for item in others)


@step
def delete_other_items():
    for item in inbox.exclude(item_class="IPM.Note"):
        item.delete(send_meeting_cancellations="SendToNone", affected_task_occurrences="AllOccurrences")
    return inbox.exclude(item_class="IPM.Note").count()


@step
def mark():
    item = first()
    item.is_read = True
    item.categories = ["R&D", "Blue"]
    item.importance = "High"
    item.save(update_fields=["is_read", "categories", "importance"])
    item.refresh()
    return [item.is_read, item.categories, item.importance]


@step
def read_and_report():
    item = inbox.get(subject="Receipt please")
    item.is_read = True
    account.bulk_update([(item, ["is_read"])], suppress_read_receipts=False)
    return item.is_read_receipt_requested


@step
def read_in_secret():
    item = inbox.get(subject="No receipt please")
    item.is_read = True
    item.save(update_fields=["is_read"])
    return item.is_read


@step
def properties_of_ones_own():
    item = first()
    item.colour, item.flag_status = "red", 2
    item.save(update_fields=["colour", "flag_status"])
    return [
        subjects(inbox.filter(colour="red")),
        subjects(inbox.filter(flag_status=2)),
        [one.colour for one in inbox.filter(subject__startswith="Message 1").only("colour")],
    ]


@step
def create_folder():
    ews.Folder(parent=inbox, name="Neu & <alt>").save()
    return [folder.name for folder in inbox.children]


@step
def move():
    folder = inbox / "Neu & <alt>"
    item = first()
    before = item.id
    item.move(folder)
    return [item.id != before, subjects(folder.all()), inbox.filter(subject="Message 0 & <more>").count()]


@step
def copy():
    folder = inbox / "Neu & <alt>"
    folder.all()[0].copy(inbox)
    return [folder.all().count(), inbox.filter(subject="Message 0 & <more>").count()]


@step
def rename_empty_and_delete_folder():
    folder = inbox / "Neu & <alt>"
    folder.name = "Alt"
    folder.save(update_fields=["name"])
    folder.empty()
    left = folder.all().count()
    folder.delete()
    inbox.refresh()
    return [left, inbox.child_folder_count]


@step
def synchronize():
    state = list(inbox.sync_items(only_fields=["subject"])), inbox.item_sync_state
    item = inbox.get(subject="Message 1 & <more>")
    item.is_read = True
    item.save(update_fields=["is_read"])
    inbox.get(subject="Message 2 & <more>").delete()
    changes = sorted(kind for kind, _ in inbox.sync_items(sync_state=state[1], only_fields=["subject"]))
    return [{kind for kind, _ in state[0]} == {"create"}, changes]


@step
def synchronize_folders():
    known = list(account.msg_folder_root.sync_hierarchy())
    return "Inbox" in [folder.name for kind, folder in known if kind == "create"]


@step
def pull_events():
    with inbox.pull_subscription() as (subscription, watermark):
        first().copy(inbox)
        kinds = []
        for notification in inbox.get_events(subscription, watermark):
            kinds += [type(event).__name__ for event in notification.events]
        return sorted(kinds)


@step
def stream_events():
    with inbox.streaming_subscription() as subscription:
        inbox.filter(subject="Message 0 & <more>")[0].copy(inbox)
        for notification in inbox.get_streaming_events(subscription, connection_timeout=1, max_notifications_returned=1):
            return sorted({type(event).__name__ for event in notification.events})


@step
def delete_several():
    ids = [(copy.id, copy.changekey) for copy in inbox.filter(subject="Message 0 & <more>")[:2]]
    results = account.bulk_delete(ids + [("AAAA", "BBBB")], delete_type="HardDelete")
    return [result if result is True else type(result).__name__ for result in results]


@step
def delete_softly():
    inbox.filter(subject="Message 3 & <more>")[0].move_to_trash()
    return subjects(account.trash.filter(subject="Message 3 & <more>"))


@step
def send():
    ews.Message(
        account=account,
        subject="hi & <b>",
        body="Größe 1 < 2",
        to_recipients=["bob@example.test"],
        attachments=[ews.FileAttachment(name="a.txt", content=b"one")],
    ).send()
    return True


@step
def send_and_keep():
    ews.Message(
        account=account,
        folder=account.sent,
        subject="kept",
        body=ews.HTMLBody("<b>x</b>"),
        to_recipients=[ews.Mailbox(email_address="bob@example.test", name="Bob, B.")],
        cc_recipients=["carol@example.test"],
    ).send_and_save()
    return [[item.subject, item.body] for item in account.sent.filter(subject="kept")]


@step
def send_mime():
    mime = b"From: ada@example.test\r\nTo: bob@example.test\r\nSubject: as it is\r\n\r\nx"
    ews.Message(account=account, folder=account.sent, mime_content=mime).send_and_save()
    return subjects(account.sent.filter(subject="as it is"))


@step
def draft_with_attachments():
    draft = ews.Message(account=account, folder=account.drafts, subject="draft", body="x").save()
    draft.attach(ews.FileAttachment(name="b.txt", content=b"two"))
    inner = ews.Message(account=account, subject="inner", body="y")
    draft.attach(ews.ItemAttachment(name="inner", item=inner))
    draft.refresh()
    names = [file.name for file in draft.attachments]
    draft.detach(draft.attachments[0])
    draft.refresh()
    return [names, [file.name for file in draft.attachments]]


@step
def change_and_send_draft():
    draft = account.drafts.get(subject="draft")
    draft.subject, draft.body, draft.to_recipients = "changed", "z", [ews.Mailbox(email_address="bob@example.test")]
    draft.save(update_fields=["subject", "body", "to_recipients"])
    draft.refresh()
    draft.send()
    return [account.drafts.filter(subject="changed").count(), subjects(account.sent.filter(subject="changed"))]


@step
def reply_all_and_forward():
    item = inbox.get(subject="Message 4 & <more>")
    item.reply("Re: mine", "answer", ["bob@example.test"])
    item.reply_all("Re: all", "answer all")
    item.forward("Fw: mine", "look", ["carol@example.test"])
    return True


@step
def resolve_names():
    found = []
    for name in ["ada", "carol", "nobody"]:
        # More than one match, and none, are told as errors.
        for one in account.protocol.resolve_names([name], return_full_contact_data=True):
            contact = [one[0].email_address, one[1].display_name] if isinstance(one, tuple) else None
            found.append(contact or type(one).__name__)
    return found


@step
def convert_ids():
    item = inbox.get(subject="Message 4 & <more>")
    wanted = AlternateId(id=item.id, format="EwsId", mailbox="ada@example.test")
    return [one.format for one in account.protocol.convert_ids([wanted], destination_format="OwaId")]


run()
