"""Invitations: who may invite whom, what the mail says, how often and how long a link is good."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Mandate, User
from accounts.workflow import InvitationVoid, accept_as_new, find_invitation, invite, withdraw
from accounts.workflow.invitations import PER_DAY
from tests.accounts.conftest import PASSWORD, address_in, is_in, only_mail
from tests.builders import day, make_invitation, make_mandate, make_municipality, make_state, make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

PAGE = "/konto/einladungen/"
NAMES = {
    "first_name": "Grit",
    "last_name": "Sommer",
    "password1": "vier lose Worte hier",
    "password2": "vier lose Worte hier",
}


# --- Who may invite whom ---


def test_an_officer_invites_a_colleague_of_her_municipality(client, officer, jena):
    client.force_login(officer)
    page = client.get(PAGE)
    assert "für Jena zu arbeiten" in markup(page).text("main")
    answer = client.post(PAGE, {"email": "Neu@Jena.example"}, follow=True)
    assert "Die Einladung an neu@jena.example ist unterwegs." in markup(answer).text("main")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.municipality, invitation.invited_by) == (
        "neu@jena.example",
        "officer",
        jena,
        officer,
    )
    assert (invitation.expires_at - invitation.created_at).days in {6, 7}


def test_an_officer_of_two_chooses_between_the_two_only(client, officer, jena):
    other, foreign = make_municipality("Apolda"), make_municipality("Gera")
    make_mandate(officer, "officer", municipality=other)
    client.force_login(officer)
    assert [label for _value, label in client.get(PAGE).context["form"].fields["municipality"].choices] == [
        f"Apolda ({other.ars})",
        f"Jena ({jena.ars})",
    ]
    refused = client.post(PAGE, {"email": "neu@gera.example", "municipality": foreign.pk})
    assert refused.status_code == 200
    client.post(PAGE, {"email": "neu@apolda.example", "municipality": other.pk})
    assert [row.municipality for row in Invitation.objects.all()] == [other]


def test_an_officer_cannot_invite_for_others_whatever_the_door(officer):
    now = timezone.now()
    for place in (
        {"role": "officer", "municipality": make_municipality()},
        {"role": "reviewer", "state": make_state("16")},
    ):
        with pytest.raises(PermissionDenied):
            invite(officer, "neu@jena.example", now=now, **place)
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_a_steward_invites_officers_and_reviewers_anywhere(client, steward, jena):
    client.force_login(steward)
    client.post(PAGE, {"email": "a@jena.example", "role": "officer", "municipality": "Jena"})
    client.post(PAGE, {"email": "b@jena.example", "role": "officer", "municipality": jena.ars})
    client.post(PAGE, {"email": "c@land.example", "role": "reviewer", "state": jena.state_id})
    assert list(Invitation.objects.order_by("email").values_list("email", "municipality__name", "state_id")) == [
        ("a@jena.example", "Jena", None),
        ("b@jena.example", "Jena", None),
        ("c@land.example", None, "16"),
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"role": "officer"}, "Geben Sie die Kommune an."),
        ({"role": "reviewer"}, "Wählen Sie das Land."),
        ({"role": "officer", "municipality": "Nirgendwo"}, "Nirgendwo"),
        ({"role": "officer", "municipality": "16 0 99 000"}, "16 0 99 000"),
        ({"role": "officer", "municipality": "Kusel"}, "„Kusel“ heißen mehrere. Welche meinen Sie?"),
        ({"role": "steward"}, "Bitte eine gültige Auswahl treffen."),
    ],
)
def test_a_place_that_does_not_fit_is_asked_about(client, steward, given, told):
    make_municipality("Kusel", ars="073365002055", kind="municipality")
    make_municipality("Kusel", ars="073360000000", level="district", kind="rural_district")
    client.force_login(steward)
    page = client.post(PAGE, {"email": "neu@amt.example", **given})
    assert told in markup(page).text("main")
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "reviewer", "former"])
def test_others_invite_nobody_and_see_no_link_to_it(client, reviewer, jena, who):
    user = reviewer if who == "reviewer" else make_user()
    if who == "former":
        make_mandate(user, "officer", municipality=jena, valid_until=day("2020-12-31"))
    client.force_login(user)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"email": "neu@jena.example"}).status_code == 403
    assert f'href="{PAGE}"' not in client.get("/konto/").text


def test_one_person_does_not_flood_others_with_mails(officer, jena):
    for _ in range(PER_DAY):
        make_invitation(officer, municipality=jena)
    with pytest.raises(ValidationError, match="sehr viele Einladungen"):
        invite(officer, "neu@jena.example", "officer", municipality=jena, now=timezone.now())


def test_a_mail_that_cannot_be_sent_is_told(client, officer, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client.force_login(officer)
    page = client.post(PAGE, {"email": "neu@jena.example"}, follow=True)
    assert "ließ sich nicht zustellen" in markup(page).text("main")


# --- The mail ---


def test_the_mail_says_who_invites_to_what_and_how_long(client, officer):
    client.force_login(officer)
    client.post(PAGE, {"email": "neu@jena.example"})
    sent = only_mail()
    assert (sent.subject, sent.to) == ("Einladung ins Kooperationsportal", ["neu@jena.example"])
    assert "Amt Jena lädt Sie ein, im Kooperationsportal mitzuarbeiten." in sent.body
    assert "Sachbearbeitung einer Kommune: Jena." in sent.body
    assert "sieben Tage" in sent.body
    ((html, kind),) = sent.alternatives
    assert kind == "text/html"
    assert f'href="http://127.0.0.1:8000{address_in(sent.body)}"' in html


def test_a_name_of_markup_stays_text(client, jena):
    officer = make_user(last_name="<b>Amt</b> & Co")
    make_mandate(officer, "officer", municipality=jena)
    client.force_login(officer)
    client.post(PAGE, {"email": "neu@jena.example"})
    sent = only_mail()
    assert "<b>Amt</b> & Co lädt" in sent.body
    assert "&lt;b&gt;Amt&lt;/b&gt; &amp; Co lädt" in sent.alternatives[0][0]


def test_the_link_never_names_the_host_of_the_request(client, officer):
    client.force_login(officer)
    client.post(PAGE, {"email": "neu@jena.example"}, headers={"host": "localhost"})
    assert "localhost" not in only_mail().body


def test_the_database_holds_no_token(client, officer):
    client.force_login(officer)
    client.post(PAGE, {"email": "neu@jena.example"})
    token = address_in(only_mail().body).split("/")[-2]
    row = Invitation.objects.values().get()
    assert len(token) >= 40
    assert token not in str(row)


# --- Accepting ---


def test_a_colleague_accepts_and_may_act_at_once(client, officer, jena):
    client.force_login(officer)
    client.post(PAGE, {"email": "neu@jena.example"})
    guest, address = Client(), address_in(only_mail().body)
    page = guest.get(address)
    assert "Amt Jena lädt Sie ein: Sachbearbeitung einer Kommune: Jena." in markup(page).text("main")
    assert guest.post(address, NAMES).url == "/konto/"
    user = User.objects.get(email="neu@jena.example")
    assert (user.username, str(user), user.is_staff) == ("neu@jena.example", "Grit Sommer", False)
    mandate = Mandate.objects.get(user=user)
    assert (mandate.role, mandate.municipality, mandate.valid_from) == ("officer", jena, timezone.localdate())
    assert "Sachbearbeitung einer Kommune: Jena" in guest.get("/konto/").text
    invitation = Invitation.objects.get()
    assert (invitation.accepted_by, invitation.is_open(timezone.now())) == (user, False)


def test_an_invited_reviewer_is_led_to_the_second_factor(client, steward):
    make_invitation(steward, "neu@land.example", token="t", role="reviewer", state=make_state("16"))
    client.post("/konto/einladung/t/", NAMES)
    assert client.get("/konto/").url == "/konto/zwei-faktor/einrichten/"


@pytest.mark.parametrize("how", ["accepted", "withdrawn", "expired", "made up", "inviter lost the mandate"])
def test_a_link_that_is_worth_nothing_says_so(client, officer, jena, how):
    now = timezone.now()
    values = {
        "accepted": {"accepted_at": now},
        "withdrawn": {"withdrawn_at": now},
        "expired": {"expires_at": now - dt.timedelta(seconds=1)},
    }.get(how, {})
    make_invitation(officer, token="t", municipality=jena, **values)
    if how == "inviter lost the mandate":
        Mandate.objects.filter(user=officer).update(valid_until=day("2020-12-31"))
    address = f"/konto/einladung/{'x' if how == 'made up' else 't'}/"
    for answer in (client.get(address), client.post(address, NAMES)):
        assert answer.status_code == 410
        assert markup(answer).text("h1") == "Diese Einladung gilt nicht mehr."
    assert User.objects.count() == 1


def test_a_link_is_good_once(client, officer, jena):
    make_invitation(officer, token="t", municipality=jena)
    assert client.post("/konto/einladung/t/", NAMES).status_code == 302
    assert Client().post("/konto/einladung/t/", NAMES).status_code == 410
    assert User.objects.count() == 2


def test_two_who_found_the_same_open_link_make_one_account(officer, jena):
    make_invitation(officer, token="t", municipality=jena)
    now = timezone.now()
    first, second = find_invitation("t", now), find_invitation("t", now)
    accept_as_new(first, first_name="A", last_name="B", password=PASSWORD, now=now)
    with pytest.raises(InvitationVoid):
        accept_as_new(second, first_name="C", last_name="D", password=PASSWORD, now=now)


def test_a_newer_invitation_replaces_the_older(officer, jena):
    old = make_invitation(officer, "neu@jena.example", municipality=jena)
    invite(officer, "neu@jena.example", "officer", municipality=jena, now=timezone.now())
    old.refresh_from_db()
    assert old.withdrawn_at
    assert Invitation.objects.open_at(timezone.now()).count() == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"password2": "anders als zuvor"}, "Die beiden Passwörter sind nicht gleich."),
        ({"password1": "kurz", "password2": "kurz"}, "Dieses Passwort ist zu kurz."),
        ({"password1": "passwordpassword", "password2": "passwordpassword"}, ""),
        ({"password1": "gritsommer1234", "password2": "gritsommer1234", "first_name": "gritsommer123"}, "zu ähnlich"),
        ({"first_name": ""}, "Bitte füllen Sie dieses Feld aus."),
    ],
)
def test_names_and_password_have_to_fit(client, officer, jena, changes, told):
    make_invitation(officer, token="t", municipality=jena)
    page = client.post("/konto/einladung/t/", NAMES | changes)
    if told:
        assert told in markup(page).text("main")
        assert not is_in(client)


def test_who_has_an_account_accepts_with_it(client, officer, jena):
    make_invitation(officer, "grit@amt.example", token="t", municipality=jena)
    known = make_user("grit", email="Grit@amt.example")
    page = client.get("/konto/einladung/t/")
    assert "Zu dieser Adresse gibt es schon ein Konto." in markup(page).text("main")
    assert client.post("/konto/einladung/t/").url == "/konto/anmelden/?next=/konto/einladung/t/"
    client.force_login(make_user())
    assert client.post("/konto/einladung/t/").status_code == 302
    assert not known.mandates.exists()
    client.force_login(known)
    answer = client.post("/konto/einladung/t/", follow=True)
    assert "Sie haben jetzt das Mandat „Sachbearbeitung einer Kommune: Jena“." in markup(answer).text("main")
    assert [mandate.municipality for mandate in known.mandates.all()] == [jena]


def test_a_mandate_somebody_has_is_not_given_twice(client, officer, jena):
    make_invitation(officer, officer.email, token="t", municipality=jena)
    client.force_login(officer)
    client.post("/konto/einladung/t/")
    assert officer.mandates.count() == 1


# --- The list ---


def test_everybody_sees_the_invitations_of_the_own_place(client, officer, steward, jena):
    make_invitation(officer, "hier@jena.example", municipality=jena)
    make_invitation(steward, "fern@amt.example")
    for user, seen in ((officer, ["hier@jena.example"]), (steward, ["fern@amt.example", "hier@jena.example"])):
        client.force_login(user)
        assert [row.email for row, _open in client.get(PAGE).context["invitations"]] == seen


def test_an_open_invitation_is_withdrawn(client, officer, jena):
    row = make_invitation(officer, token="t", municipality=jena)
    client.force_login(officer)
    page = client.post(f"{PAGE}{row.pk}/zurueckziehen/", follow=True)
    assert "Die Einladung ist zurückgezogen." in markup(page).text("main")
    assert Client().get("/konto/einladung/t/").status_code == 410
    with pytest.raises(InvitationVoid):
        withdraw(row, officer, timezone.now())


def test_nobody_withdraws_what_others_sent(client, officer, steward):
    row = make_invitation(steward)
    client.force_login(officer)
    assert client.post(f"{PAGE}{row.pk}/zurueckziehen/").status_code == 404
    with pytest.raises(PermissionDenied):
        withdraw(row, officer, timezone.now())


def test_the_rules_hold_in_the_database(officer, jena):
    for values in ({"role": "officer", "municipality": None}, {"role": "reviewer", "municipality": jena}):
        with pytest.raises(ValidationError):
            Invitation(
                email="a@b.example", invited_by=officer, token_hash="x", expires_at=timezone.now(), **values
            ).full_clean()


def test_of_several_municipalities_of_a_name_one_is_chosen(client, steward):
    make_municipality("Kusel", ars="073365002055", kind="municipality")
    district = make_municipality("Kusel", ars="073360000000", level="district", kind="rural_district")
    client.force_login(steward)
    sent = {"email": "neu@amt.example", "role": "officer", "municipality": "Kusel"}
    page = client.post(PAGE, sent)
    markup(page)
    assert 'name="municipality-gewaehlt"' in page.text
    chosen = {"municipality-gefragt": "Kusel", "municipality-gewaehlt": district.entry}
    assert client.post(PAGE, sent | chosen).status_code == 302
    assert Invitation.objects.get().municipality == district
