"""What whoever writes a definition should know: conditions that nobody can satisfy yet."""

from cairn import wiring
from cairn.domains.segments.definition import Condition, ConsentFilter, Definition, MarketingConsent, Prediction
from cairn.domains.segments.predictions import prediction_value
from cairn.infra.clickhouse.filters import Params
from cairn.kernel.scope import Scope

NO_MODEL = "No model has predicted this for anybody yet: until one does, the condition holds for nobody."
NO_CARRIER = "No carrier has told whose devices can receive RCS: the condition holds for nobody."


def notes_of(scope: Scope, definition: Definition) -> list[str]:
    """One note for each kind of reason."""
    conditions = [condition for _, condition in definition.conditions()]
    found = []
    if any(isinstance(one, Prediction) and not is_predicted(scope, one) for one in conditions):
        found.append(NO_MODEL)
    if any(item.field == "is_rcs_capable" for one in conditions for item in items_of(one)):
        found.append(NO_CARRIER)
    return found


def is_predicted(scope: Scope, condition: Prediction) -> bool:
    """Whether any profile has a value there."""
    params = Params()
    value = prediction_value(condition, params)
    account = params.add(scope.account_number, "UInt32")
    rows = wiring.clickhouse().query(
        f"SELECT 1 FROM profiles WHERE account = {account} AND {value.is_set} LIMIT 1", params.values
    )
    return bool(rows)


def items_of(condition: Condition) -> list[ConsentFilter]:
    return condition.consent.consent_status.filters or [] if isinstance(condition, MarketingConsent) else []
