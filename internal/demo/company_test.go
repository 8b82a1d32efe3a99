package demo

import (
	"testing"
	"time"
)

var asOf = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

func TestPeopleAreDistinctAndValid(t *testing.T) {
	ids, mobiles, mails, cards := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	all := People(50_000, 7)
	for _, p := range all {
		ids[p.ID], mobiles[p.Mobile], mails[p.Email], cards[p.Card] = true, true, true, true
		if len(p.ID) != 18 || mod11(p.ID[:17]) != p.ID[17] || p.ID[6:14] != p.Birth.Format("20060102") || int(p.ID[16]-'0')%2 == 0 != p.Female {
			t.Fatalf("identity number of %+v", p)
		}
		if len(p.Mobile) != 11 || p.Mobile == agency || p.Mobile == placeholder || len(p.Card) != 19 {
			t.Fatalf("numbers of %+v", p)
		}
	}
	for name, n := range map[string]int{"id": len(ids), "mobile": len(mobiles), "email": len(mails), "card": len(cards)} {
		if n != len(all) {
			t.Errorf("%d distinct %ss of %d people", n, name, len(all))
		}
	}
}

// The published example of GB 11643: 110105194912310022 and 11010519491231002X.
func TestCheckCharacter(t *testing.T) {
	for body, want := range map[string]byte{"11010519491231002": 'X', "44052418800101001": '4'} {
		if got := mod11(body); got != want {
			t.Errorf("%s: %c, want %c", body, got, want)
		}
	}
}

func TestSameSeedSameCompany(t *testing.T) {
	a, b, c := NewCompany(2000, 1, asOf), NewCompany(2000, 1, asOf), NewCompany(2000, 2, asOf)
	differ := false
	for i, ta := range a.Tables {
		for r, row := range ta.Rows {
			for k, cell := range row {
				if b.Tables[i].Rows[r][k] != cell {
					t.Fatalf("%s row %d differs", ta.Name, r)
				}
				differ = differ || r < len(c.Tables[i].Rows) && c.Tables[i].Rows[r][k] != cell
			}
		}
	}
	if !differ {
		t.Error("another seed gives the same company")
	}
	if h := a.Held(); h.People != 2000 || h.Under14 == 0 {
		t.Errorf("held %d, under 14 %d", h.People, h.Under14)
	}
	if n, g := a.ExportedAll(2026, true).People, a.ExportedAll(2026, false).People; n >= g || n == 0 {
		t.Errorf("net %d, gross %d", n, g)
	}
}
