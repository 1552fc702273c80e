"""Addresses of contracts, their parties, terms and signatures."""

from __future__ import annotations

from django.urls import URLPattern, path

from bonds.api import contracts as contracts_api
from bonds.api import parties as parties_api
from bonds.routes.places import CONTRACT, CONTRACTS, STEP, VERSION
from bonds.views import builder, contract, contract_acts, parties

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
api_urlpatterns: list[URLPattern] = [
    path(f"{CONTRACTS}/", contracts_api.ContractsApi.as_view(), name="contracts"),
    path(f"{CONTRACT}/", contracts_api.ContractApi.as_view(), name="contract"),
    path(f"{CONTRACT}/versions/", contracts_api.VersionsApi.as_view(), name="contract-versions"),
    path(f"{VERSION}/", contracts_api.VersionApi.as_view(), name="contract-version"),
    path(f"{CONTRACT}/terms/", contracts_api.TermsApi.as_view(), name="contract-terms"),
    path(f"{CONTRACT}/propose/", contracts_api.ProposeApi.as_view(), name="contract-propose"),
    path(f"{CONTRACT}/take-back/", contracts_api.TakeBackApi.as_view(), name="contract-take-back"),
    path(f"{CONTRACT}/variations/", contracts_api.VariationsApi.as_view(), name="contract-variations"),
    path(f"{CONTRACT}/withdraw/", contracts_api.WithdrawApi.as_view(), name="contract-withdraw"),
    path(f"{CONTRACT}/parties/", parties_api.PartiesApi.as_view(), name="contract-parties"),
    path(f"{CONTRACT}/parties/<slug:code>/roles/", parties_api.RolesApi.as_view(), name="contract-roles"),
    path(f"{CONTRACT}/roles/<str:role>/end/", parties_api.EndRoleApi.as_view(), name="contract-role-end"),
]
