"""What flows need, met by the retired API: it deletes no more than the new one does."""

from cairn.api.legacy.tests.conftest import Legacy
from cairn.domains.flows import actions as flows
from cairn.domains.flows import queries
from cairn.domains.lists import actions as lists
from cairn.domains.templates import actions as templates
from cairn.domains.templates import queries as template_queries
from cairn.kernel import clock
from cairn.kernel.scope import Scope


def flow_of(scope: Scope, list_id: str, template_id: str = "") -> str:
    message = {"template_id": template_id or None}
    mail = {"temporary_id": "mail", "type": "send-email", "data": {"message": message}}
    definition = {"triggers": [{"type": "list", "id": list_id}], "actions": [mail], "entry_action_id": "mail"}
    return flows.create_flow(scope, name="Welcome", definition=definition, now=clock.now()).id


def test_a_flow_outlives_the_list_that_started_it(old: Legacy, scope: Scope) -> None:
    for path in ("/api/v2/list", "/api/v1/list"):
        list_id = lists.create_list(scope, name="News", now=clock.now()).id
        flow_id = flow_of(scope, list_id)
        assert old.call("DELETE", f"{path}/{list_id}").status == 200
        assert queries.get_flow(scope, flow_id).trigger_type == "Unconfigured"


def test_a_template_in_a_flow_stays(old: Legacy, scope: Scope) -> None:
    letter = templates.create_template(scope, name="Hi", editor_type="CODE", html="<p>Hi</p>", now=clock.now())
    flow_of(scope, lists.create_list(scope, name="News", now=clock.now()).id, letter.id)
    refused = old.call("DELETE", f"/api/v1/email-template/{letter.id}")
    assert refused.status == 400  # All that this API refuses is a bad request.
    assert "used by the flow “Welcome”" in refused.json["message"]
    assert template_queries.get_template(scope, letter.id).name == "Hi"
