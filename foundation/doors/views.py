"""REST views: find within reach, call the act, answer. A room says what; the order of refusals is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from foundation.doors import filters, idempotency
from foundation.doors.acts import Act, Acts
from foundation.doors.bulk import Bulk, BulkAnswer, each
from foundation.doors.carry_out import Asking, carry_out
from foundation.doors.cursors import PARAMETERS, SignedCursor
from foundation.doors.etags import etag_of, if_match
from foundation.doors.fresh import is_fresh
from foundation.doors.refusals import attempt
from foundation.doors.schema import Described, Schema
from foundation.doors.serializers import Nothing, read_body
from foundation.refused import Invalid, NotYours, Problem

UNREADABLE = (APIException, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
ACT_PROBLEMS = (400, 401, 403, 404, 409, 413, 415, 422)


class AlwaysJson(DefaultContentNegotiation):
    """Whatever a client says it would like, it gets what there is."""

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


class Doorway:
    """What every REST view shares: how the body is read, and that it is read once, when its turn comes."""

    http_method_names = ["get", "head", "post"]
    metadata_class = None
    content_negotiation_class = AlwaysJson
    schema = Schema()
    described: Mapping[str, Described] = {}
    key_required = False
    request: Request

    @property
    def data(self) -> Any:
        """The body, parsed. Raises whatever was wrong with it, however often it is asked for."""
        data, wrong = self._sent
        if wrong:
            raise wrong
        return data

    @cached_property
    def _sent(self) -> tuple[Any, Exception | None]:
        try:
            return self.request.data, None
        except UNREADABLE as wrong:
            return None, wrong

    def said(self, body: type[BaseSerializer[Any]] | None, thing: Any = None) -> Mapping[str, Any]:
        """The body as the serializer reads it, and the key, with everything that is wrong in one answer."""
        wrong = self._wrong_key()
        try:
            said: Mapping[str, Any] = read_body(body or Nothing, self.data, self.request, thing=thing)
        except Invalid as invalid:
            raise Invalid(*wrong, *invalid.problems) from invalid
        if wrong:
            raise Invalid(*wrong)
        return said

    @property
    def needs_key(self) -> bool:
        """Whether this very call must have an Idempotency-Key."""
        return self.key_required

    def _wrong_key(self) -> list[Problem]:
        sent = self.request.headers.get(idempotency.HEADER, "")
        problem = idempotency.problem_with(sent, required=self.needs_key)
        return [problem] if problem else []

    @cached_property
    def key(self) -> idempotency.Key | None:
        if not self.request.headers.get(idempotency.HEADER):
            return None
        data, wrong = self._sent
        asked = idempotency.raw_body(self.request) if wrong else idempotency.fingerprint(self.request, data)
        return idempotency.key_of(self.request, asked)


class DoorView(Doorway, APIView):
    """For a call that is no model's list or act."""


def json_answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Rendered at once, so that it can be kept under a key in the same transaction."""
    return HttpResponse(
        JSONRenderer().render(data), status=status, content_type="application/json", headers=headers
    )


def answered_once(view: Doorway, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Work that is not one transaction (bulk acts), done once under its key."""
    key = view.key
    if key is None:
        return work()
    key.hold_across()
    try:
        if before := key.answer():
            return before
        response = work()
        key.keep(response)
        return response
    finally:
        key.release()


class Reach(Doorway, GenericViewSet[Any]):
    """A model's things within the caller's reach."""

    model: type[Model]
    pagination_class = SignedCursor
    filter_backends = (filters.Backend,)
    created_field, updated_field = "created_at", "updated_at"
    q_fields: Iterable[str] = ()
    parents: Mapping[str, str] = {}  # a part of the URL → the field it narrows by
    parameters: Mapping[str, Iterable[str]] = {}  # an action → the query parameters it takes
    list_serializer_class: type[BaseSerializer[Any]] | None = None
    same_tag_same_answer = True  # False: shows more than its ETag counts, so that no 304 may stand for it

    def get_queryset(self) -> QuerySet[Any]:
        objects: Any = self.model._default_manager
        if getattr(self, "swagger_fake_view", False):
            return objects.none()
        try:
            return objects.visible_to(self.request.user).filter(
                **{field: self.kwargs[part] for part, field in self.parents.items()}
            )
        except (DjangoValidationError, ValueError) as unreadable:
            raise Http404 from unreadable

    def get_object(self) -> Any:
        """404 alike for what is hidden, what is missing and what no id could be."""
        try:
            return self.get_queryset().get(
                **{self.lookup_field: self.kwargs[self.lookup_url_kwarg or self.lookup_field]}
            )
        except (ObjectDoesNotExist, DjangoValidationError, ValueError, TypeError, OverflowError) as nothing:
            raise Http404 from nothing

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        if self.action == "list" and self.list_serializer_class:
            return self.list_serializer_class
        return super().get_serializer_class()

    def check_parameters(self) -> None:
        filters.check_parameters(self.request, self.parameters.get(self.action, ()))

    def tagged(self, thing: Any) -> Any:
        """Whose ETag stands for this thing."""
        return thing

    def shown(self, thing: Any) -> Any:
        """What is answered after an act: the thing, read again as the list and detail read it."""
        return self.get_queryset().filter(pk=thing.pk).first() or thing

    def etag(self, thing: Any) -> dict[str, str]:
        tagged = self.tagged(thing) if isinstance(thing, self.model) else thing
        etag = etag_of(tagged, self.request.user)
        return {"ETag": etag} if etag else {}

    def represent(self, thing: Any, status: int = 200) -> HttpResponse:
        shown = self.get_serializer_class()(thing, context=self.get_serializer_context())
        return json_answer(shown.data, status, self.etag(thing))


class Read(Reach):
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        thing = self.get_object()
        self.check_parameters()
        etag = self.etag(thing)
        if (
            etag
            and self.same_tag_same_answer
            and etag["ETag"] in (tag.strip() for tag in request.headers.get("If-None-Match", "").split(","))
        ):
            return HttpResponse(status=304, headers=etag)
        return self.represent(thing)


class Listed(Reach):
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        filters.check_parameters(request, self._known_parameters)
        queryset = self.filter_queryset(self.get_queryset())
        if q := request.query_params.get("q", "").strip():
            queryset = filters.found_by(queryset, q, self.q_fields)
        page = self.paginate_queryset(queryset)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @property
    def _known_parameters(self) -> Iterable[str]:
        declared = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        return [*PARAMETERS, *(["q"] if self.q_fields else []), *declared, *self.parameters.get("list", ())]


class ReachViewSet(Listed, Read):
    """A list and its details."""

    described: Mapping[str, Described] = {
        "list": Described(),
        "retrieve": Described(etag=True),
    }


class ActsMixin(Reach):
    """`POST {id}/{act}/` for each of `acts`; `POST {act}/` for `list_acts`, and on many for `bulk_acts`."""

    acts: Acts = Acts()
    list_acts: Acts = Acts()
    bulk_acts: tuple[Bulk, ...] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        described = {
            name: told
            for base in reversed(cls.__mro__)
            for name, told in vars(base).get("described", {}).items()
        }
        for act in cls.acts.values():
            _add(cls, act.name, True, lambda self, act=act: self._act_on_one(act))
            described[_method_name(act.name, True)] = cls._describe(act)
        for act in cls.list_acts.values():
            _add(cls, act.name, False, lambda self, act=act: self._act_on_none(act))
            described[_method_name(act.name, False)] = cls._describe(act, on_one=False)
        for bulk in cls.bulk_acts:
            _add(cls, bulk.act.name, False, lambda self, bulk=bulk: self._act_on_many(bulk))
            described[_method_name(bulk.act.name, False)] = _describe_bulk(bulk)
        cls.described = described

    def acts_for(self, user: Any) -> Acts:
        """A hook, for acts that look different to nominators and to staff."""
        return self.acts

    def _act_on_one(self, act: Act) -> HttpResponse:
        thing = self.get_object()
        attempt(self.request, act.name, thing)
        act = self.acts_for(self.request.user).get(act.name) or _not_yours(act)
        return carry_out(self._asking(act, thing=thing, read=lambda: if_match(self.request)))

    def _act_on_none(self, act: Act) -> HttpResponse:
        attempt(self.request, act.name)
        return carry_out(self._asking(act))

    def _act_on_many(self, bulk: Bulk) -> HttpResponse:
        attempt(self.request, bulk.act.name)

        def work() -> HttpResponse:
            said = self._body(bulk.body)
            return json_answer(
                {"results": each(bulk, said, queryset=self.get_queryset(), by=self.request.user)}
            )

        return answered_once(self, work)

    def _asking(self, act: Act, **more: Any) -> Asking:
        return Asking(
            act=act,
            by=self.request.user,
            body=lambda: self._body(act.body, more.get("thing")),
            answer=lambda thing, result: self._answer(act, thing, result),
            key=self.key,
            fresh=lambda: is_fresh(self.request),
            tagged=self.tagged,
            **more,
        )

    def _body(self, body: type[BaseSerializer[Any]] | None, thing: Any = None) -> Mapping[str, Any]:
        self.check_parameters()
        return self.said(body, thing)

    def _answer(self, act: Act, thing: Any, result: Any) -> HttpResponse:
        if isinstance(result, HttpResponse):
            return result
        if act.answer and result is not None:
            return self._answer_with(act, result)
        if isinstance(result, (dict, list)):
            return json_answer(result, act.answers)
        if thing is None and result is None:
            return HttpResponse(status=204)
        return self.represent(self.shown(thing if thing is not None else result), act.answers)

    def _answer_with(self, act: Act, result: Any) -> HttpResponse:
        assert act.answer is not None
        many = isinstance(result, (list, tuple, QuerySet))
        shown = act.answer(result, many=many, context=self.get_serializer_context())
        etag = None if many or isinstance(result, dict) else etag_of(result, self.request.user)
        return json_answer(shown.data, act.answers, {"ETag": etag} if etag else None)

    @classmethod
    def _describe(cls, act: Act, *, on_one: bool = True) -> Described:
        conditional = on_one and act.conditional
        return Described(
            body=act.body,
            answer=act.answer or cls.serializer_class,
            status=act.answers,
            name="" if on_one else "any",
            or_nothing=not on_one,
            problems=(*ACT_PROBLEMS, *((412, 428) if conditional else ())),
            if_match=conditional,
            etag=True,
            key=False,
        )


class CreateMixin(ActsMixin):
    """`POST` to the list does `creates`; `key_required` where the contract wants an Idempotency-Key."""

    creates: Act

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "creates"):
            made = Described(
                body=cls.creates.body,
                answer=cls.creates.answer or cls.serializer_class,
                status=201,
                problems=ACT_PROBLEMS,
                etag=True,
                key=cls.key_required,
            )
            cls.described = {**cls.described, "create": made}

    @property
    def needs_key(self) -> bool:
        return self.key_required and self.action == "create"

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        attempt(request, self.creates.name)
        return carry_out(self._asking(self.creates))

    def _answer(self, act: Act, thing: Any, result: Any) -> HttpResponse:
        response = super()._answer(act, thing, result)
        if act is self.creates and hasattr(result, "pk"):
            response["Location"] = f"{self.request.path}{result.pk}/"
        return response


def _not_yours(act: Act) -> Act:
    raise NotYours(f"“{act.words}” is not among the things that you can do here.")


def _method_name(act: str, on_one: bool) -> str:
    return ("act_" if on_one else "list_act_") + act.replace("-", "_")


def _add(cls: type, name: str, on_one: bool, do: Callable[[Any], HttpResponse]) -> None:
    def method(self: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return do(self)

    method.__name__ = _method_name(name, on_one)
    method.__doc__ = ""
    setattr(
        cls, method.__name__, action(detail=on_one, methods=["post"], url_path=name, url_name=name)(method)
    )


def _describe_bulk(bulk: Bulk) -> Described:
    return Described(
        body=bulk.body,
        answer=BulkAnswer,
        name="many",
        problems=(400, 401, 404, 409, 413, 415, 422),
        key=False,
    )
