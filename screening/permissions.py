from django.db.models import TextChoices


class ScreeningPerm(TextChoices):
    VIEW = "screening.view_match", "Can read possible matches"
    JUDGE = "screening.judge_match", "Can judge whether two subjects are the same"
    SCREEN = "screening.screen_name", "Can screen names that nobody nominated"
