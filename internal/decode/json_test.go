package decode

import (
	"fmt"
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	runCases(t, []sampleCase{
		{about: "lines", name: "a.ndjson", in: "{\"id\":1,\"name\":\"甲\"}\n\n{\"id\":2,\"x\":null,\"name\":\"\"}\r\n", names: "id|name|x", rows: "1|甲|∅\n2||∅"},
		{about: "array", name: "a.json", in: "[\n {\"id\":1},\n {\"id\":2}\n]\n", names: "id", rows: "1\n2"},
		{about: "one object", name: "a.json", in: "{\n \"id\": 1,\n \"a\": {\"b\": {\"c\": true}}\n}\n", names: "id|a.b.c", rows: "1|true"},
		{about: "objects behind each other", name: "a.json", in: "{\n\"id\": 1\n}\n{\n\"id\": 2\n}{\"id\":3}", names: "id", rows: "1\n2\n3"},
		{about: "nested", name: "a.ndjson", in: `{"patient":{"id_card":"x","姓名":"甲"},"n":-1.50e3}`, names: "patient.id_card|patient.姓名|n", rows: "x|甲|-1.50e3"},
		{about: "digits stay", name: "a.ndjson", in: `{"id":110101199001011239,"f":1.10000000000000000001}`, names: "id|f", rows: "110101199001011239|1.10000000000000000001"},
		{about: "elements", name: "a.ndjson", in: `{"phones":["1","2",null,"4"]}`, names: "phones|phones.1|phones.2|phones.3", rows: "1|2|∅|4"},
		{about: "objects in an array", name: "a.ndjson", in: `{"kin":[{"name":"甲","tel":"1"},{"name":"乙"}]}`, names: "kin.name|kin.tel|kin.1.name", rows: "甲|1|乙"},
		{about: "name twice", name: "a.ndjson", in: `{"id":1,"id":2}`, names: "id|id.1", rows: "1|2"},
		{about: "escapes", name: "a.ndjson", in: `{"a":"\u8d75\"\n","b\u002ec":"x"}`, names: "a|b.c", rows: "赵\"\n|x"},
		{about: "nul", name: "a.ndjson", in: `{"a":"\u0000x","b":"x\u0000y"}`, names: "a|b", rows: "x|xy",
			gaps: []string{"NUL bytes inside values, removed (line 1)"}},
		{about: "half a surrogate pair", name: "a.ndjson", in: `{"a":"x\ud800"}`, names: "a", rows: "x\ufffd",
			gaps: []string{"bytes that are no text in the file's encoding (line 1)"}},
		{about: "names that are values", name: "a.ndjson", in: `{"by":{"13900000001":{"n":"甲"},"a@b.cn":{"n":"乙"}}}`,
			names: "by.*|by.*.n|by.*.1|by.*.1.n", rows: "13900000001|甲|a@b.cn|乙"},
		{about: "rows in an envelope", name: "a.json", in: `{"code":0,"msg":"ok","data":[{"id":1},{"id":2}]}`, names: "id", rows: "1\n2"},
		{about: "rows in an envelope of several lines", name: "a.json", in: "{\n\"code\": 0,\n\"data\": {\n\"list\": [\n{\"id\": 1},\n{\"id\": 2}\n],\n\"total\": 2\n}\n}\n", names: "id", rows: "1\n2"},
		{about: "an envelope that says more behind the rows", name: "a.json", in: `{"data":[` + strings.Repeat(`{"id":1},`, 20) + `{"id":2}],"owner":{"name":"甲"}}`,
			names: "id|owner.name", rows: strings.Repeat("1|∅\n", 20) + "2|∅\n∅|甲"},
		{about: "a record with a list", name: "a.json", in: `{"name":"甲","kin":[{"tel":"1"},{"tel":"2"}]}`, names: "name|kin.tel|kin.1.tel", rows: "甲|1|2"},
		{about: "an envelope cut off", name: "a.json", in: `{"data":[{"id":1},{"id":2},`, names: "id", rows: "1\n2", gaps: []string{"JSON ends inside a value"}},
		{about: "envelopes behind each other", name: "a.json", in: "{\"data\":[{\"id\":1}]}{\n\"data\":[{\"id\":2}]}", names: "id", rows: "1\n2"},
		{about: "scalars", name: "a.json", in: `["a", 1, [2, 3]]`, names: "value|value.1", rows: "a|∅\n1|∅\n2|3"},
		{about: "numbers that are none", name: "a.ndjson", in: "{\"x\":NaN,\"s\":\"a \\\"NaN\",\"y\":-Infinity}\n{\"x\":1,\"s\":Infinity,\"y\":[NaN]}\n{\"x\":NaN,}\n", names: "x|s|y", rows: "∅|a \"NaN|∅\n1|∅|∅",
			gaps: []string{"malformed JSON, not read (line 3)"}},
		{about: "broken line", name: "a.ndjson", in: "{\"id\":1}\n{\"id\":\n{\"id\":3}\n{\"id\":4}}\n{\"id\":5}\n", names: "id", rows: "1\n3\n5",
			gaps: []string{"malformed JSON, not read (line 2, 4)"}},
		{about: "broken element", name: "a.json", in: "[{\"id\":1},{\"id\":2,},{\"id\":[3},{\"id\":4}]", names: "id", rows: "1\n4",
			gaps: []string{"malformed JSON, not read"}},
		{about: "string without an end", name: "a.json", in: "[\n{\"id\":\"1\"},\n{\"id\":\"2\n},\n{\"id\":\"3\"}]", names: "id", rows: "1\n3",
			gaps: []string{"malformed JSON, not read"}},
		{about: "array without an end", name: "a.json", in: "[{\"id\":1},{\"id\":2}", names: "id", rows: "1\n2", gaps: []string{"JSON ends inside a value"}},
		{about: "object without an end", name: "a.json", in: "[{\"id\":1},{\"id\":2", names: "id", rows: "1", gaps: []string{"JSON ends inside a value"}},
		{about: "empty containers", name: "a.ndjson", in: "{\"a\":[],\"b\":{},\"c\":1}\n{}\n", names: "c", rows: "1\n∅"},
	})
}

func TestJSONDepth(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	deeper := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	runCases(t, []sampleCase{
		{about: "deeper than followed", name: "a.ndjson", in: `{"id":1,"x":` + deep + "}\n{\"id\":2}\n", names: "id", rows: "1\n2",
			gaps: []string{"JSON nested deeper than 32 levels, deeper values not read (line 1)"}},
		{about: "deeper than any parser goes", name: "a.ndjson", in: `{"id":1,"x":` + deeper + "}\n{\"id\":2}\n", names: "id", rows: "2",
			gaps: []string{"malformed JSON, not read (line 1)"}},
	})
}

func TestJSONArrayOverflow(t *testing.T) {
	var list []string
	for i := range 20 {
		list = append(list, fmt.Sprint(i))
	}
	in := `{"id":1,"x":[` + strings.Join(list, ",") + "]}\n{\"id\":2}\n"
	got := read(t, content{"a.ndjson", []byte(in)}, Query{})
	if len(got.names) != 17 || got.rows[0][16] != "15" || len(got.rows) != 2 {
		t.Errorf("columns %q, rows %q", got.names, got.rows)
	}
	if len(got.gaps) != 1 || got.gaps[0] != gapArray+" (line 1)" {
		t.Errorf("gaps %q", got.gaps)
	}
}

func TestJSONColumnOverflow(t *testing.T) {
	var in strings.Builder
	for i := range maxColumns + 10 {
		fmt.Fprintf(&in, "{\"k%d\":1}\n", i)
	}
	got := read(t, content{"a.ndjson", []byte(in.String())}, Query{})
	if len(got.names) != maxColumns || len(got.rows) != maxColumns+10 || len(got.gaps) != 1 {
		t.Errorf("%d columns, %d rows, gaps %q", len(got.names), len(got.rows), got.gaps)
	}
}
