"""`recompra recover`: the way back in for who lost the password or the phone, from the machine itself."""

from __future__ import annotations

import json

import click
from django.urls import reverse
from django.utils.translation import gettext as _

from recompra.accounts import invitations, staff
from recompra.accounts.models import User
from recompra.theme.refused import Refused


@click.command(
    help=_("Make a link by which a colleague sets a new password. For who has no way in any more.")
)
@click.argument("email")
@click.option("--second-factor", is_flag=True, help=_("Take away the second factor too: the phone was lost."))
@click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
def recover(email: str, second_factor: bool, as_json: bool) -> None:
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise Refused(_("Nobody with this e-mail works here."))
    if second_factor:
        staff.reset_second_factor(None, person)
    _made, token = invitations.new_password(None, person)
    path = reverse("accounts:follow_link", args=[token])
    if as_json:
        click.echo(json.dumps({"email": person.email, "path": path, "second_factor_reset": second_factor}))
        return
    click.echo(_("Open this address after that of your Recompra, within seven days; it works once:"))
    click.echo(path)
