# SPDX-License-Identifier: GPL-3.0-or-later
"""One request to each route of the five protocols that changes anything, and
the things that they are about."""
from urllib.parse import quote

from five import Five, definition, good
from kit import SECRETS, wait_until
from receiver import Receiver, add
from test_idempotency import fresh

HOOK = "https://hooks.example.com/vouchsafe"
BACK = "https://shop.example/back"
NEVER = ["kyc.alert.created"]  # nothing here tells of it
# Every way to a thing, by method and path; each makes what it is about and
# returns the path and a body, None where the route has none.
WAYS = {}


def way(method, path, *versions):
    def register(function):
        for version in versions or [None]:
            known = (method, path.replace("/vN/", "/%s/" % version))
            assert known not in WAYS
            WAYS[known] = (function, version)
        return function
    return register


def both(method, path):
    return way(method, "/api/vN/" + path, "v1", "v2")


# -- dossiers, verilock, klustr ----------------------------------------------
@way("POST", "/kyc-sessions")
def dossiers_create(five):
    return "/kyc-sessions", {"externalId": fresh()}


@way("POST", "/kyc-sessions/search")
def dossiers_search(five):
    return "/kyc-sessions/search", {"limit": 1}


@way("POST", "/api/v1/sessions/")
def verilock_create(five):
    return "/api/v1/sessions", {
        "steps": ["selfie"],
        "applicant": {"first_name": "Ann", "last_name": "Example"}}


@way("POST", "/ekyc/admin/{userId}/sessions")
def klustr_create(five):
    return ("/ekyc/admin/%s/sessions" % quote(five.person()[1]),
            {"callback": BACK})


@way("POST", "/ekyc/me/sessions")
def klustr_create_own(five):
    return "/ekyc/me/sessions", {"callback": BACK}


# -- kycgenie ----------------------------------------------------------------
def genie(version, session, verb):
    return "/api/%s/verification/sessions/%s/%s/" % (version, session, verb)


@both("POST", "verification/sessions/")
def kycgenie_create(five, version):
    return "/api/%s/verification/sessions/" % version, {
        "entity_id": five.person()[0], "email": "ann@example.org"}


@both("POST", "verification/sessions/{id}/resend/")
def kycgenie_resend(five, version):
    return genie(version, five.kycgenie(), "resend"), {}


@both("DELETE", "verification/sessions/{id}/revoke/")
def kycgenie_revoke(five, version):
    return genie(version, five.kycgenie(), "revoke"), None


@both("POST", "verification/sessions/{id}/reviews/create/")
def kycgenie_review(five, version):
    return genie(version, five.reviewed(), "reviews/create"), {
        "decision": "rejected", "notes": "A forgery."}


@both("POST", "entities/")
def kycgenie_entity_create(five, version):
    return "/api/%s/entities/" % version, {"first_name": "Ann",
                                           "last_name": "Example"}


@both("PATCH", "entities/{id}/")
def kycgenie_entity_change(five, version):
    return "/api/%s/entities/%s/" % (version, five.person()[0]), {
        "phone": "+4930123456"}


# -- kyc: sessions -----------------------------------------------------------
def native(session, verb=""):
    return "/kyc/sessions/%s%s" % (session, verb)


@way("POST", "/kyc/sessions")
def kyc_create(five):
    return "/kyc/sessions", {"external_id": fresh()}


@way("PATCH", "/kyc/sessions/{id}")
def kyc_change(five):
    return native(five.kyc()), {"notes": "Called back.", "priority": "high"}


@way("DELETE", "/kyc/sessions/{id}")
def kyc_delete(five):
    return native(five.kyc()), None


@way("POST", "/kyc/sessions/{id}/extend")
def kyc_extend(five):
    return native(five.kyc(), "/extend"), {"extend_days": 1}


@way("POST", "/kyc/sessions/{id}/generate-link")
def kyc_link(five):
    return native(five.kyc(), "/generate-link"), {}


@way("POST", "/kyc/sessions/{id}/corrections")
def kyc_corrections(five):
    return native(five.reviewed(), "/corrections"), {
        "corrections": [{"step_id": "step_selfie", "message": "Sharper."}]}


@way("POST", "/kyc/sessions/{id}/process")
def kyc_process(five):
    return native(five.waiting(), "/process"), {}


@way("POST", "/kyc/sessions/{id}/validate")
def kyc_validate(five):
    return native(five.waiting(), "/validate"), {}


@way("POST", "/kyc/sessions/{id}/subsessions")
def kyc_subsession_create(five):
    return native(five.company(), "/subsessions"), {"step_id": "step_ubos",
                                                    "label": "Ann"}


@way("POST", "/kyc/sessions/{id}/subsessions/{sub_id}/regenerate-link")
def kyc_subsession_link(five):
    return five.subsession() + "/regenerate-link", {}


@way("DELETE", "/kyc/sessions/{id}/subsessions/{sub_id}")
def kyc_subsession_delete(five):
    return five.subsession(), None


# -- kyc: entities, workflows, keys, settings --------------------------------
@way("POST", "/kyc/entities")
def kyc_entity_create(five):
    return "/kyc/entities", {"first_name": "Ann"}


@way("PATCH", "/kyc/entities/{id}")
def kyc_entity_change(five):
    return "/kyc/entities/" + five.person()[0], {"phone": "+4930123456"}


@way("DELETE", "/kyc/entities/{id}")
def kyc_entity_delete(five):
    return "/kyc/entities/" + five.person()[0], None


@way("POST", "/kyc/workflows")
def kyc_workflow_create(five):
    return "/kyc/workflows", definition()


@way("POST", "/kyc/workflows/from-template/{type}")
def kyc_workflow_from_template(five):
    return "/kyc/workflows/from-template/basic-kyc", {}


@way("PUT", "/kyc/workflows/{id}")
def kyc_workflow_change(five):
    return "/kyc/workflows/" + five.workflow(), definition(attempts=3)


@way("DELETE", "/kyc/workflows/{id}")
def kyc_workflow_delete(five):
    return "/kyc/workflows/" + five.workflow(), None


@way("POST", "/kyc/api-keys")
def kyc_key_create(five):
    return "/kyc/api-keys", {"name": "One", "permissions": ["kyc:read"]}


@way("DELETE", "/kyc/api-keys/{id}")
def kyc_key_delete(five):
    made = good(five.api.ask("POST", *kyc_key_create(five)), 201)["data"]
    SECRETS.add(made["api_key"])
    return "/kyc/api-keys/" + made["api_key_id"], None


@way("PATCH", "/kyc/tenants/me")
def kyc_tenant_change(five):
    return "/kyc/tenants/me", {"default_workflow_id": five.workflow()}


CHANNELS = "/kyc/tenants/me/notification-channels"


@way("POST", CHANNELS)
def kyc_channel_create(five):
    return CHANNELS, {"type": "email", "address": "ops@example.org",
                      "events": NEVER}


@way("DELETE", CHANNELS + "/{id}")
def kyc_channel_delete(five):
    made = good(five.api.ask("POST", *kyc_channel_create(five)), 201)["data"]
    return CHANNELS + "/" + made["channel_id"], None


# -- kyc: webhooks -----------------------------------------------------------
@way("POST", "/kyc/webhooks")
def kyc_webhook_create(five):
    return "/kyc/webhooks", {"url": HOOK, "events": NEVER}


@way("PATCH", "/kyc/webhooks/{id}")
def kyc_webhook_change(five):
    return five.webhook(), {"url": HOOK + "/2"}


@way("DELETE", "/kyc/webhooks/{id}")
def kyc_webhook_delete(five):
    return five.webhook(), None


@way("POST", "/kyc/webhooks/{id}/rotate-secret")
def kyc_webhook_rotate(five):
    return five.webhook() + "/rotate-secret", {}


@way("POST", "/kyc/webhooks/secret/rotate")
def kyc_secret_rotate(five):
    return "/kyc/webhooks/secret/rotate", {}


@way("POST", "/kyc/webhooks/{id}/test")
def kyc_webhook_test(five):
    return five.webhook() + "/test", None


@way("POST", "/kyc/webhooks/{id}/deliveries/{del_id}/resend")
def kyc_delivery_resend(five):
    webhook, delivery = five.delivery()
    return "%s/deliveries/%s/resend" % (webhook, delivery), None


@way("POST", "/kyc/webhooks/deliveries/{del_id}/resend")
def kyc_delivery_resend_any(five):
    return "/kyc/webhooks/deliveries/%s/resend" % five.delivery()[1], None


# -- things ------------------------------------------------------------------
class Things(Five):
    as_person = None  # asks in the name of a person of an outside issuer

    def reviewed(self):
        """One that waits for a person."""
        return self.becomes(self.finish(self.kyc(
            "Trial Error", workflow_id=self.workflow())), "manual_review")

    def waiting(self):
        """One whose checks wait to be asked for."""
        return self.finish(self.kyc("Trial Clear", workflow_id=self.workflow(
            process="call")))

    def company(self):
        made = good(self.api.ask(
            "POST", "/kyc/workflows/from-template/company-kyc"), 201)["data"]
        return self.kyc(workflow_id=made["workflow_id"])

    def subsession(self):
        parent = native(self.company(), "/subsessions")
        made = good(self.api.ask("POST", parent, {
            "step_id": "step_ubos", "label": "Ann"}), 201)["data"]
        return parent + "/" + made["subsession_id"]

    def webhook(self, url=HOOK):
        return "/kyc/webhooks/" + add(self.api, url,
                                      events=NEVER)["webhook_id"]

    def delivery(self):
        """(path of the endpoint, id) of one that has arrived."""
        receiver = Receiver()
        webhook = self.webhook(receiver.url)
        made = good(self.api.ask("POST", webhook + "/test"), 202)["data"]
        wait_until(lambda: [d for d in good(self.api.ask(
            "GET", webhook + "/deliveries"))["data"]["deliveries"]
            if d["status"] == "delivered"], 20, "no delivery")
        receiver.close()
        return webhook, made["delivery_id"]

    def asker(self, path):
        """How the route is asked: with the credential that is its own."""
        if path.startswith("/ekyc/me/"):
            return self.as_person
        return self.klustr.ask if path.startswith("/ekyc/") else self.api.ask

    # -- what there is of everything -----------------------------------------
    def effects(self):
        """Rows of what the API makes and changes, and what was done by keys;
        what jobs do meanwhile is not in it."""
        tenant = ("tenant_id = (SELECT id FROM tenant WHERE NOT live AND "
                  "organisation_id = UNHEX('%s'))" % self.org.replace("-", ""))
        counts = ["SELECT COUNT(*) FROM %s WHERE %s" % (table, tenant)
                  for table in ("session", "entity", "workflow", "api_key",
                                "webhook", "channel", "delivery", "review",
                                "correction", "link", "mail", "check_run")]
        counts.append("SELECT COUNT(*) FROM audit WHERE actor_id IS NOT NULL "
                      "AND " + tenant)
        return self.stack.sql("SELECT (%s)" % "), (".join(counts))[0]
