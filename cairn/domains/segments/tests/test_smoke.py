import json
from cairn import wiring
from cairn.domains.segments import evaluation
from cairn.domains.segments.definition import parse

def test_smoke(scope, clickhouse):
    ch=wiring.clickhouse()
    a=scope.account_number
    ch.command("insert into profiles (account,profile,version,deleted,id,email,city,properties) select {a:UInt32},number+1,1,0,'x','a',if(number<4,'Boston',''),'{\"a\":1}' from numbers(10)",{"a":a})
    ch.command("insert into events (account,profile,metric,ts,id,key,value,properties) select {a:UInt32}, number%5+1, 1+number%3, toDateTime(1700000000)-number*1000, generateUUIDv4(), number, 1.5, '{\"a\":1}' from numbers(100)",{"a":a})
    d=parse({"condition_groups":[{"conditions":[{"type":"profile-metric","metric_id":"Ordr01","measurement":"count","measurement_filter":{"type":"numeric","operator":"greater-than-or-equal","value":2},"timeframe_filter":{"type":"date","operator":"in-the-last","unit":"day","quantity":90}}, {"type":"profile-metric","metric_id":"Ordr01","measurement":"sum","measurement_filter":{"type":"numeric","operator":"less-than","value":2},"timeframe_filter":{"type":"date","operator":"alltime"},"metric_filters":[{"property":"a","filter":{"type":"numeric","operator":"equals","value":1}}]}]},{"conditions":[{"type":"profile-property","property":"location['city']","filter":{"type":"string","operator":"equals","value":"Boston"}},{"type":"profile-group-membership","is_member":True,"group_ids":["Y6nRLr"]}]}]})
    m=evaluation.members_of(scope,d,{"Ordr01":2},1700000000)
    print(m)
    print(evaluation.preview(scope,d,{"Ordr01":2},1700000000))
    print(evaluation.holding(scope,[d,d],{"Ordr01":2},[1,2,3,4,5,6,7,50],1700000000))
    assert 0
