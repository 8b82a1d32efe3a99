package demo

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Column describes a column of an invented table.
type Column struct {
	Name    string
	Type    Type
	Comment string
}

// Type is a column type, to be spelt in the store's own dialect.
type Type int

// The types of the invented tables.
const (
	Text Type = iota
	Integer
	Real
	Time
)

// Ref is a foreign key: Column refers to Key of Table, in the same store.
type Ref struct{ Column, Table, Key string }

// Table is an invented table. A nil cell is NULL.
type Table struct {
	Store, Name, Comment string
	Columns              []Column
	Key                  string // primary key, "" for none
	Refs                 []Ref
	Rows                 [][]any // string or nil
	// about lists, per row, the people it is about.
	about [][]int
}

// Company is an invented company and its truth.
type Company struct {
	People []Person
	Tables []*Table
	AsOf   time.Time
	rng    *rand.Rand
}

// The stores of the example company.
const (
	CRM     = "crm"
	Staff   = "hr"
	Clinic  = "clinic"
	Adverts = "ads"
)

// Sizes says how many people stand in each store of a company.
type Sizes struct{ Customers, Staff, Patients, Adverts, Orders int }

// Sized scales the example company: customers are most of it, a share of them
// are patients and seen by advertisements, the staff are people of their own.
func Sized(people int) Sizes {
	return Sizes{Customers: people * 98 / 100, Staff: people * 2 / 100, Patients: people * 6 / 100, Adverts: people * 30 / 100, Orders: people * 6 / 5}
}

// NewCompany invents a company of n people as of a day.
func NewCompany(n int, seed uint64, asOf time.Time) *Company {
	c := &Company{People: People(n, seed), AsOf: asOf, rng: rand.New(rand.NewPCG(seed, 1))}
	s := Sized(n)
	c.grownStaff(s.Customers)
	who := make([]int, s.Customers)
	for i := range who {
		who[i] = i
	}
	odd, plain := who[:len(who)/10], who[len(who)/10:]
	customers := c.customers(odd, plain)
	c.Tables = []*Table{customers, c.orders(customers, plain, s.Orders), c.products(),
		c.staff(s.Customers, s.Staff), c.clinic(c.pick(plain, s.Patients)), c.adverts(c.pick(plain, s.Adverts))}
	return c
}

// grownStaff sees to it that everybody from the given person on is of age.
func (c *Company) grownStaff(from int) {
	grown := func(i int) bool { return !c.People[i].Birth.AddDate(18, 0, 0).After(c.AsOf) }
	next := 0
	for i := from; i < len(c.People); i++ {
		for ; !grown(i); next++ {
			if grown(next) {
				c.People[i], c.People[next] = c.People[next], c.People[i]
			}
		}
	}
}

// pick draws n distinct people.
func (c *Company) pick(from []int, n int) []int {
	out := append([]int(nil), from...)
	c.rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:n]
}

func (t *Table) add(about []int, cells ...any) {
	t.Rows = append(t.Rows, cells)
	t.about = append(t.about, about)
}

// some is v, or NULL once in n.
func (c *Company) some(n int, v string) any {
	if c.rng.IntN(n) == 0 {
		return nil
	}
	return v
}

// within is a moment of the n days up to the as-of day.
func (c *Company) within(n int) string {
	return c.AsOf.AddDate(0, 0, -c.rng.IntN(n)).Format(time.DateOnly) + fmt.Sprintf(" %02d:%02d:%02d", c.rng.IntN(24), c.rng.IntN(60), c.rng.IntN(60))
}

// synced is a moment of the current year nine times of ten, else of the last.
func (c *Company) synced() string {
	year := c.AsOf.YearDay()
	if c.rng.IntN(10) > 0 {
		return c.within(year)
	}
	return c.AsOf.AddDate(0, 0, -year-c.rng.IntN(300)).Format(time.DateOnly) + " 03:00:00"
}

// The agency registers customers under its own number: it ties many people and
// tells nothing of who is who. The placeholder is China Mobile's own example.
const (
	agency      = "13912340086"
	placeholder = "13800138000"
)

// customers are each in the table once or, under another spelling, twice. The
// odd ones hold couples who share a phone, people with the agency's number and
// people with a placeholder.
func (c *Company) customers(odd, plain []int) *Table {
	t := &Table{Store: CRM, Name: "customers", Comment: "客户", Key: "id", Columns: []Column{
		{"id", Integer, "客户编号"}, {"xm", Text, "姓名"}, {"sfzh", Text, "身份证号"}, {"mobile", Text, "手机号"}, {"email", Text, "电子邮箱"},
		{"address", Text, "家庭住址"}, {"bank_card_no", Text, "银行卡号"}, {"remark", Text, "备注"}, {"synced_at", Time, "同步时间"}}}
	at := ""
	for n, i := range odd {
		mobile := c.People[i].Mobile
		if n%50 != 1 {
			at = c.synced() // a couple is synchronised together
		}
		switch {
		case n%50 == 1:
			mobile = c.People[odd[n-1]].Mobile
		case n%50 == 9:
			mobile = placeholder
		case n%50 == 7 || n < 60 && n%2 == 0: // more than 20 in the smallest company
			mobile = agency
		}
		c.customer(t, i, mobile, at)
	}
	for _, i := range plain {
		for again := true; again; again = c.rng.IntN(9) == 0 {
			c.customer(t, i, c.People[i].Mobile, c.synced())
		}
	}
	return t
}

func (c *Company) customer(t *Table, i int, mobile, at string) {
	p := &c.People[i]
	id := spellID(c.rng, p.ID)
	if p.Old() && c.rng.IntN(20) == 0 {
		id = p.ID15()
	}
	var card any
	if i%40 == 0 {
		card = spellCard(c.rng, p.Card)
	}
	remark := []string{"老客户", "普通", "需回访", "无"}[c.rng.IntN(4)]
	t.add([]int{i}, fmt.Sprint(len(t.Rows)+100001), p.Name, id, spellMobile(c.rng, mobile), c.some(5, spellEmail(c.rng, p.Email)), c.some(7, p.Home),
		card, c.some(2, remark), at)
}

// orders are sent to the buyer or to another customer.
func (c *Company) orders(customers *Table, plain []int, n int) *Table {
	t := &Table{Store: CRM, Name: "orders", Comment: "订单", Key: "id", Refs: []Ref{{"customer_id", "customers", "id"}}, Columns: []Column{
		{"id", Integer, "订单编号"}, {"customer_id", Integer, "客户编号"}, {"order_no", Text, "订单号"}, {"receiver_name", Text, "收货人"},
		{"receiver_phone", Text, "收货人电话"}, {"receiver_address", Text, "收货地址"}, {"amount", Real, "金额"}, {"created_at", Time, "下单时间"}}}
	for k := range n {
		row := c.rng.IntN(len(customers.Rows))
		buyer := customers.about[row][0]
		to := buyer
		if buyer < plain[0] || c.rng.IntN(5) == 0 {
			to = plain[c.rng.IntN(len(plain))]
		}
		p, at := &c.People[to], c.within(600)
		t.add([]int{buyer, to}, fmt.Sprint(k+1), customers.Rows[row][0], at[:4]+at[5:7]+at[8:10]+fmt.Sprintf("%010d", scramble(k)), p.Name,
			spellMobile(c.rng, p.Mobile), p.Home, fmt.Sprintf("%d.%02d", 9+c.rng.IntN(900), c.rng.IntN(100)), at)
	}
	return t
}

// products hold nobody's data, and numbers that look as if they did.
func (c *Company) products() *Table {
	t := &Table{Store: CRM, Name: "products", Comment: "商品", Key: "id", Columns: []Column{
		{"id", Integer, "商品编号"}, {"name", Text, "商品名称"}, {"sku_no", Text, "SKU"}, {"price", Real, "单价"}, {"updated_ms", Integer, "更新时间戳"}}}
	goods := []string{"保温杯", "运动鞋", "蓝牙耳机", "电饭煲", "台灯", "双肩包", "充电宝", "雨伞"}
	for k := range 500 {
		t.add(nil, fmt.Sprint(k+1), goods[k%len(goods)]+fmt.Sprintf("%c款", 'A'+k%26), fmt.Sprintf("1%010d", c.rng.Int64N(10_000_000_000)),
			fmt.Sprintf("%d.00", 19+c.rng.IntN(800)), fmt.Sprint(c.AsOf.UnixMilli()-c.rng.Int64N(1e10)))
	}
	return t
}

// staff are people of their own, n of them from the given one on; each names a
// colleague as emergency contact.
func (c *Company) staff(from, n int) *Table {
	t := &Table{Store: Staff, Name: "staff.csv", Comment: "员工", Columns: []Column{
		{"工号", Text, ""}, {"姓名", Text, ""}, {"身份证号", Text, ""}, {"手机", Text, ""}, {"邮箱", Text, ""}, {"部门", Text, ""}, {"月薪", Text, ""},
		{"工资卡号", Text, ""}, {"紧急联系人", Text, ""}, {"紧急联系人电话", Text, ""}}}
	for k := range n {
		p, kin := &c.People[from+k], from+(k+1)%n
		q := &c.People[kin]
		t.add([]int{from + k, kin}, fmt.Sprintf("E%05d", k+1), p.Name, spellID(c.rng, p.ID), spellMobile(c.rng, p.Mobile), p.Email,
			[]string{"销售部", "技术部", "财务部", "客服中心"}[k%4], fmt.Sprint(6000+100*c.rng.IntN(300)), spellCard(c.rng, p.Card), q.Name, q.Mobile)
	}
	return t
}

// clinic visits: nested documents; one in ten patients gave no identity number.
func (c *Company) clinic(who []int) *Table {
	t := &Table{Store: Clinic, Name: "visits.ndjson", Comment: "就诊", Columns: []Column{
		{"visit_id", Text, ""}, {"patient.name", Text, ""}, {"patient.id_card", Text, ""}, {"patient.mobile", Text, ""}, {"patient.birth_date", Text, ""},
		{"diagnosis.code", Text, ""}, {"diagnosis.name", Text, ""}, {"doctor.name", Text, ""}, {"visited_at", Text, ""}}}
	sick := [][2]string{{"I10.x00", "原发性高血压"}, {"E11.900", "2型糖尿病"}, {"J45.900", "支气管哮喘"}, {"K29.500", "慢性胃炎"}, {"M54.500", "腰痛"}}
	for k, i := range who {
		for again := true; again; again = c.rng.IntN(3) == 0 {
			p, ill := &c.People[i], sick[c.rng.IntN(len(sick))]
			var id any = spellID(c.rng, p.ID)
			if k%10 == 0 {
				id = nil
			}
			t.add([]int{i}, fmt.Sprintf("V%08d", len(t.Rows)+1), p.Name, id, spellMobile(c.rng, p.Mobile), p.Birth.Format(time.DateOnly),
				ill[0], ill[1], []string{"周医生", "吴医生"}[k%2], c.within(c.AsOf.YearDay()))
		}
	}
	return t
}

// adverts are clicks, by phone or mail address.
func (c *Company) adverts(who []int) *Table {
	t := &Table{Store: Adverts, Name: "clicks.csv", Comment: "广告点击", Columns: []Column{
		{"click_id", Text, ""}, {"phone", Text, ""}, {"email", Text, ""}, {"city", Text, ""}, {"campaign", Text, ""}, {"synced_at", Text, ""}}}
	for k, i := range who {
		p := &c.People[i]
		t.add([]int{i}, fmt.Sprintf("c-%07x", scramble(k)), spellMobile(c.rng, p.Mobile), c.some(2, p.Email), []string{"上海", "广州", "成都"}[k%3],
			fmt.Sprintf("camp-%d", k%17), c.within(c.AsOf.YearDay()))
	}
	return t
}
