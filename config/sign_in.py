"""Signing in and out in a browser: the same check, wait and events as auth/token/."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import AuthenticationFailed, Throttled

from foundation.audit import actions as audit
from foundation.doors.signin import check_credentials

WAIT = "Too many tries with this name. Wait five minutes, then try again."


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


class SignOut(LogoutView):
    """And nothing of what was read stays in the browser."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            audit.record("accounts.signed-out", by=request.user)
        response: HttpResponse = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
