"""The addresses of the prompt library."""

from django.urls import path

from .views import prompt_talk, prompt_uses, prompts

_TEAM = "t/<slug:team>/prompts/"
_ONE = f"{_TEAM}<uuid:prompt>/"
_REMARK = f"{_ONE}comments/<int:remark>/"
_PROJECT = "t/<slug:team>/p/<uuid:project>/"

urlpatterns = [
    path(_TEAM, prompts.prompts, name="prompts"),
    path(f"{_TEAM}new/", prompts.prompt_new, name="prompt_new"),
    path(f"{_TEAM}export.json", prompt_uses.prompts_json, name="prompts_json"),
    path(f"{_TEAM}export.csv", prompt_uses.prompts_csv, name="prompts_csv"),
    path(f"{_TEAM}import/", prompt_uses.prompts_import, name="prompts_import"),
    path(f"{_TEAM}recipe/", prompts.prompt_recipe, name="prompt_recipe"),
    path(f"{_TEAM}approvals/", prompt_talk.prompt_approvals, name="prompt_approvals"),
    path(_ONE, prompts.prompt, name="prompt"),
    path(f"{_ONE}version/", prompts.prompt_version, name="prompt_version"),
    path(f"{_ONE}about/", prompts.prompt_about, name="prompt_about"),
    path(f"{_ONE}fork/", prompts.prompt_fork, name="prompt_fork"),
    path(f"{_ONE}label/", prompts.prompt_label, name="prompt_label"),
    path(f"{_ONE}favourite/", prompts.prompt_favourite, name="prompt_favourite"),
    path(f"{_ONE}archive/", prompts.prompt_archive, name="prompt_archive"),
    path(f"{_ONE}comments/", prompt_talk.prompt_comment, name="prompt_comment"),
    path(_REMARK, prompt_talk.prompt_comment_edit, name="prompt_comment_edit"),
    path(f"{_REMARK}delete/", prompt_talk.prompt_comment_delete, name="prompt_comment_delete"),
    path(f"{_ONE}ask/", prompt_talk.prompt_ask, name="prompt_ask"),
    path(f"{_ONE}approve/", prompt_talk.prompt_approve, name="prompt_approve"),
    path(f"{_ONE}decline/", prompt_talk.prompt_decline, name="prompt_decline"),
    path(f"{_ONE}withdraw/", prompt_talk.prompt_withdraw, name="prompt_withdraw"),
    path(f"{_ONE}use/", prompt_uses.prompt_use, name="prompt_use"),
    path(f"{_PROJECT}prompts/", prompt_uses.prompt_pick, name="prompt_pick"),
    path(f"{_PROJECT}prompts/<int:version>/", prompt_uses.prompt_fill, name="prompt_fill"),
    path(f"{_PROJECT}g/<uuid:generation>/prompt/", prompt_uses.prompt_save, name="prompt_save"),
]
