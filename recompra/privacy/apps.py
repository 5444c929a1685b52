from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import CustomerPanel, Door, MenuEntry
from recompra.work.every import Every


class PrivacyConfig(AppConfig):
    name = "recompra.privacy"
    door = Door(
        title=_("Privacy"),
        route="privacidade/",
        menu=(
            MenuEntry(
                _("Privacy"), "shield", "privacy:requests", 70, "privacy",
                count="recompra.privacy.requests.handle.waiting",
            ),
        ),
        customer_panels=(
            CustomerPanel("privacy:permission_card", "card", 20, "see_customers"),
            CustomerPanel("privacy:permission_card", "contact", 20, "see_customers"),
            CustomerPanel("privacy:block_action", "action", 50, "block"),
            CustomerPanel("privacy:request_action", "action", 60, "see_customers"),
        ),
    )  # fmt: skip
    timeline = (
        "recompra.privacy.requests.story.told",
        "recompra.privacy.blocks.story.told",
        "recompra.privacy.consents.story.told",
    )
    merges = (
        "recompra.privacy.merging.blocks",
        "recompra.privacy.merging.consents",
        "recompra.privacy.merging.requests",
        "recompra.privacy.merging.incidents",
    )
    identified = ("recompra.privacy.erasure.kept_blocks.on_record",)
    newcomer_warnings = ("recompra.privacy.erasure.newcomer.warn",)
    clock = (
        Every("privacy.deadlines", call="recompra.privacy.requests.handle.mark_deadlines", at="06:10"),
        Every("privacy.incidents", call="recompra.privacy.incidents.register.mark_overdue", at="06:15"),
    )
    retention = (
        "recompra.privacy.retention.kept.CUSTOMERS",
        "recompra.privacy.retention.kept.NOTES",
        "recompra.privacy.retention.kept.ATTEMPTS",
        "recompra.privacy.retention.kept.BLOCKS",
        "recompra.privacy.retention.kept.REQUESTS",
        "recompra.privacy.retention.kept.INCIDENTS",
        "recompra.privacy.retention.kept.ACCESS_LOG",
    )
    audit_actions = {
        "block": _("Customer blocked"),
        "unblock": _("Block lifted"),
        "export_blocks": _("Blocks exported"),
        "consent_grant": _("Consent noted: agreed"),
        "consent_revoke": _("Consent noted: withdrawn"),
        "consent_object": _("Consent noted: objected"),
        "dossier": _("Dossier of a person taken"),
        "portability": _("Portability file of a person taken"),
        "erasure_asked": _("Erasure of a person asked for"),
        "erased": _("Person erased"),
        "export_erasures": _("Erasures exported"),
        "request_open": _("Privacy request opened"),
        "request_identity": _("Identity of a data subject checked"),
        "request_link": _("Privacy request linked to a record"),
        "request_settle": _("Outcome of a privacy request decided"),
        "request_answer": _("Privacy request answered"),
        "request_reopen": _("Privacy request opened again"),
        "export_requests": _("Privacy requests exported"),
        "letter_pdf": _("Letter of privacy saved as PDF"),
        "incident_open": _("Incident put on record"),
        "incident_change": _("Incident changed"),
        "export_incidents": _("Incidents exported"),
        "retention_rule": _("Rule of retention changed"),
        "retention": _("Data past their time cleared up"),
        "legal_hold": _("Legal hold set or lifted"),
        "export_record": _("Record of processing exported"),
        "privacy_shop": _("Controller or officer changed"),
        "privacy_operator": _("Operator changed"),
    }
