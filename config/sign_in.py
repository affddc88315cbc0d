"""Signing in and out in a browser: the same check, wait and events as auth/token/."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.generic import FormView
from rest_framework.exceptions import AuthenticationFailed, Throttled

from foundation.audit import actions as audit
from foundation.doors.fresh import AGAIN, is_fresh
from foundation.doors.pages import SeeOther, is_ours
from foundation.doors.signin import check_credentials
from foundation.doors.stepup import WAIT, wrong_with


class SignInForm(AuthenticationForm):
    def clean(self) -> dict[str, Any]:
        """Only with both boxes filled: what is missing is said beside its box."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password and self.request is not None:
            try:
                self.user_cache = check_credentials(self.request, username=username, password=password)
            except Throttled as too_often:
                raise forms.ValidationError(WAIT, code="too-many-requests") from too_often
            except AuthenticationFailed as wrong:
                raise forms.ValidationError(str(wrong.detail), code="invalid-login") from wrong
        return self.cleaned_data


class SignIn(LoginView):
    http_method_names = ["get", "head", "post"]
    form_class = SignInForm
    redirect_authenticated_user = True


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": AGAIN},
    )


class PasswordAgain(FormView):
    """On the way to a file with people in it: the password, where it was given too long ago."""

    http_method_names = ["get", "post"]
    form_class = PasswordForm
    template_name = "registration/password_again.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        if said := wrong_with(self.request, form.cleaned_data["password"]):
            form.add_error("password", said)
            return self.form_invalid(form)
        return SeeOther(self.get_success_url())

    def form_invalid(self, form: PasswordForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.get_success_url(), **kwargs)

    def get_success_url(self) -> str:
        """A page of ours, or My work."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        return wanted if is_ours(self.request, wanted) else "/"


class SignOut(LogoutView):
    """And nothing of what was read stays in the browser."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            audit.record("accounts.signed-out", by=request.user)
        response: HttpResponse = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
