"""The addresses of the stand-in: the API, the hosted checkout, the controls and the control room."""

from django.urls import path, re_path

from standin.api.views import api
from standin.control import machine, money, webhooks
from standin.pages import checkout, control_room

urlpatterns = [
    path("", control_room.show_room, name="room"),
    path("room/<slug:act>", control_room.press_button, name="button"),
    path("c/pay/<str:session_id>", checkout.pay, name="pay"),
    path("c/pay/<str:session_id>/cancel", checkout.cancel, name="cancel"),
    path("c/confirm/<str:intent_id>", checkout.confirm, name="confirm"),
    path("_control/health", machine.health),
    path("_control/reset", machine.reset),
    path("_control/settings", machine.settings),
    path("_control/faults", machine.faults),
    path("_control/faults/clear", machine.clear_faults),
    path("_control/requests", machine.requests_seen),
    path("_control/accounts", money.add_account),
    path("_control/accounts/<str:account_id>/float", money.add_float),
    path("_control/clock", money.move_clock),
    path("_control/checkout/<str:session_id>/pay", money.pay_session),
    path("_control/checkout/<str:session_id>/expire", money.expire_session),
    path("_control/disputes", money.open_dispute),
    path("_control/disputes/<str:dispute_id>/close", money.close_dispute),
    path("_control/refunds/<str:refund_id>/fail", money.fail_refund),
    path("_control/webhooks", webhooks.endpoint),
    path("_control/webhooks/mode", webhooks.misbehave),
    path("_control/webhooks/release", webhooks.release),
    path("_control/webhooks/take", webhooks.take),
    path("_control/webhooks/resend", webhooks.resend),
    re_path(r"^v[12]/", api),
]
