package classify

import "testing"

func TestRefersTo(t *testing.T) {
	for _, c := range []struct {
		column, table, key string
		want               bool
	}{
		{"user_id", "public.users", "id", true},
		{"userId", "public.users", "id", true},
		{"userid", "public.users", "id", true},
		{"buyer_user_id", "public.users", "id", true},
		{"user_id", "app.sys_user", "user_id", true},
		{"user_id", "app.t_user_info", "id", true},
		{"user_uuid", "public.users", "id", true},
		{"member_no", "crm.members", "member_no", true},
		{"member_no", "crm.points", "member_no", true},
		{"patient_id", "his/patients.csv", "id", true},
		{"order_id", "shop.orders", "id", true},
		{"member_no", "crm.members", "id", false},
		{"id", "public.users", "id", false},
		{"code", "public.users", "code", false},
		{"user_id", "public.orders", "id", false},
		{"user_name", "public.users", "id", false},
		{"user_id", "public.user_roles", "id", false},
		{"userid_type", "public.users", "id", false},
		{"", "public.users", "id", false},
		{"user_id", "", "id", false},
	} {
		if got := RefersTo(c.column, Table{Name: c.table}, c.key); got != c.want {
			t.Errorf("%s to %s.%s: %v", c.column, c.table, c.key, got)
		}
	}
}
