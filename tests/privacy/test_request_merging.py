"""Requests, holds and incidents go with a merged person, and come back when the merge is taken back."""

from __future__ import annotations

from django.utils import timezone

from recompra.customers.identity.merge import merge, unmerge
from recompra.customers.models import Customer
from recompra.privacy.incidents import affected
from recompra.privacy.incidents import register as incidents
from recompra.privacy.models import IncidentPerson, LegalHold, PrivacyRequest
from recompra.privacy.requests import handle as requests
from recompra.privacy.retention import clear as retention
from tests.cast import Cast


def owners() -> list[object]:
    return [
        sorted(model.objects.values_list("pk", "customer_id"))
        for model in (PrivacyRequest, LegalHold, IncidentPerson)
    ]


def test_what_hangs_on_ana_goes_to_carla_and_back(cast: Cast) -> None:
    Customer.objects.filter(pk=cast.ana.pk).update(cpf=None)
    cast.ana.refresh_from_db()
    requests.open_request("access", channel="phone", by=cast.saulo, customer=cast.ana)
    requests.open_request("access", channel="phone", by=cast.saulo, customer=cast.carla)
    retention.hold(cast.ana, "processo", by=cast.denise)
    both = incidents.open_incident("export", "lista perdida", known_at=timezone.now(), by=cast.denise)
    hers = incidents.open_incident("access", "entrada estranha", known_at=timezone.now(), by=cast.denise)
    affected.add(both, {cast.ana.pk, cast.carla.pk}, found_by="export", by=cast.denise)
    affected.add(hers, {cast.ana.pk}, found_by="access_log", by=cast.denise)
    before = owners()
    done = merge(cast.carla, cast.ana, by=cast.saulo)
    assert PrivacyRequest.objects.filter(customer=cast.carla).count() == 2
    assert retention.standing_holds().get().customer_id == cast.carla.pk
    assert set(IncidentPerson.objects.filter(customer=cast.carla).values_list("incident_id", flat=True)) == {
        both.pk,
        hers.pk,
    }
    unmerge(done, by=cast.saulo)
    assert owners() == before
