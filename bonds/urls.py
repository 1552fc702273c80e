"""Addresses of outcome contracts. `<slug>` is the organisation from whose standpoint one looks."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.views import builder, contract, contract_acts, parties

app_name = "bonds"
CONTRACTS: Final = "groups/<slug:slug>/contracts"
CONTRACT: Final = f"{CONTRACTS}/<slug:reference>"
VERSION: Final = f"{CONTRACT}/versions/<int:number>"
STEP: Final = f"{CONTRACT}/terms/<slug:step>"
urlpatterns: list[URLPattern] = [
    path(f"{CONTRACTS}/", contract.ContractsView.as_view(), name="contracts"),
    # A contract whose reference is "new" would be hidden by this; its form refuses it.
    path(f"{CONTRACTS}/new/", contract.OpenContractView.as_view(), name="open"),
    path(f"{CONTRACT}/", contract.ContractView.as_view(), name="contract"),
    path(f"{VERSION}/", contract.VersionView.as_view(), name="version"),
    path(f"{VERSION}/sign/", contract_acts.SignView.as_view(), name="sign"),
    path(f"{CONTRACT}/propose/", contract_acts.ProposeView.as_view(), name="propose"),
    path(f"{CONTRACT}/take-back/", contract_acts.TakeBackView.as_view(), name="take-back"),
    path(f"{CONTRACT}/vary/", contract_acts.VaryView.as_view(), name="vary"),
    path(f"{CONTRACT}/withdraw/", contract_acts.WithdrawView.as_view(), name="withdraw"),
    path(f"{CONTRACT}/parties/", parties.PartiesView.as_view(), name="parties"),
    path(f"{CONTRACT}/parties/add/", parties.AddPartyView.as_view(), name="add-party"),
    path(f"{CONTRACT}/parties/approach/", parties.ApproachView.as_view(), name="approach"),
    path(f"{CONTRACT}/parties/<slug:code>/roles/", parties.GiveRoleView.as_view(), name="give-role"),
    path(f"{CONTRACT}/roles/<str:role>/end/", parties.EndRoleView.as_view(), name="end-role"),
    path(f"{CONTRACT}/terms/", builder.TermsView.as_view(), name="terms"),
    path(f"{STEP}/", builder.StepView.as_view(), name="step"),
    path(f"{STEP}/add/", builder.RowView.as_view(), name="add-row"),
    path(f"{STEP}/<int:place>/", builder.RowView.as_view(), name="row"),
    path(f"{STEP}/<int:place>/remove/", builder.RemoveRowView.as_view(), name="remove-row"),
]
api_urlpatterns: list[URLPattern] = []
