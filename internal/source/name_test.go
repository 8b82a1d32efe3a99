package source_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waybill/internal/source"
)

func TestJoinName(t *testing.T) {
	for want, parts := range map[string][]string{
		`public.users`:      {"public", "users"},
		`public.客户 资料`:      {"public", "客户 资料"},
		`"a.b".c`:           {"a.b", "c"},
		`a."b.c"`:           {"a", "b.c"},
		`a."say ""hi""; x"`: {"a", `say "hi"; x`},
	} {
		if got := source.JoinName(parts...); got != want {
			t.Errorf("%q: got %s, want %s", parts, got, want)
		}
	}
}

func TestSplitNameUndoesJoinName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune(`ab."库 `))), 1, 4).Draw(t, "parts")
		got, err := source.SplitName(source.JoinName(parts...))
		if err != nil || !slices.Equal(got, parts) {
			t.Fatalf("got %q, %v", got, err)
		}
	})
}

func TestSplitNameRefusesBrokenQuotes(t *testing.T) {
	for _, name := range []string{`"a`, `"`, `"a"b.c`, `x."y`} {
		if parts, err := source.SplitName(name); err == nil {
			t.Errorf("%s: got %q", name, parts)
		}
	}
}
