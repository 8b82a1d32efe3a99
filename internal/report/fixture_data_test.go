package report

import "waybill/internal/law"

func found(kind, zh string, matched, sampled int, s45, s35 bool, examples ...string) Finding {
	conf := float64(matched) / float64(sampled)
	return Finding{
		Kind: kind, Zh: zh, Confidence: conf, Grounds: []string{"value", "name", "comment"}, Matched: matched, Sampled: sampled,
		Sensitive: map[law.Profile]bool{law.GBT45574: s45, law.GBT35273: s35, law.StrictUnion: s45 || s35}, Examples: examples,
	}
}

func column(name, typ, comment string, f ...Finding) Column {
	return Column{Name: name, Type: typ, Comment: comment, Findings: f}
}

func companyDatasets() []Dataset {
	users, staff, patients, clicks := between(1_190_001, 1_190_001), exact(3_210), exact(6_402), between(40_118, 41_902)
	users.Exact = true
	return []Dataset{
		{Source: "crm", Name: "public.users", Comment: "会员", PersonTable: true, Rows: Rows{1_190_001, true}, Sampled: 2000, Read: 1_190_001, People: &users,
			Sensitive: per(exact(0), exact(1_098_400), exact(1_098_400)),
			Columns: []Column{
				column("id", "bigint", "主键"),
				column("xm", "varchar(64)", "姓名", found("name", "姓名", 1988, 2000, false, false, "张*", "欧阳*")),
				column("sfzh", "varchar(18)", "身份证号", found("resident_id", "公民身份号码", 1998, 2000, false, true, "110101********123X")),
				column("sjh", "bigint", "手机", found("mobile", "手机号", 1996, 2000, false, false, "138****0001")),
				column("email", "text", "", found("email", "电子邮箱", 1201, 1240, false, false, "z***@example.com")),
				column("dizhi", "text", "收货地址", found("address", "详细地址", 1820, 1990, false, false, "北京市示例区…")),
				column("level", "int", "会员等级"), column("created_at", "timestamptz", ""), column("updated_at", "timestamptz", ""),
			}},
		{Source: "crm", Name: "public.orders", Comment: "订单", Rows: Rows{8_402_118, false}, Sampled: 2000, Read: 8_402_118, People: &users,
			Columns: []Column{
				column("order_id", "bigint", ""), column("user_id", "bigint", "会员编号", found("user_id", "用户编号", 1400, 2000, false, false)),
				{Name: "receiver_phone", Type: "varchar(32)", Comment: "收件人电话", Group: "receiver", Findings: []Finding{found("mobile", "手机号", 1980, 2000, false, false, "139****2210")}},
				column("amount", "numeric", ""), column("status", "text", ""),
			}},
		{Source: "crm", Name: "public.devices", Rows: Rows{200_400, false}, Sampled: 2000, Columns: []Column{
			column("uid", "bigint", ""), column("oaid", "text", "", found("advertising_id", "OAID/IDFA/设备标识", 1990, 2000, false, false, "a1b2c3…f0")),
		}},
		{Source: "crm", Name: "public.audit", Rows: Rows{-1, false}},
		{Source: "hr", Name: "hr.employees", Comment: "员工花名册", PersonTable: true, Rows: Rows{3_210, true}, Sampled: 2000, Read: 3_210, People: &staff,
			Sensitive: per(exact(3_210), exact(3_210), exact(3_210)),
			Columns: []Column{
				column("emp_no", "char(8)", "工号"), column("name", "varchar(40)", "姓名", found("name", "姓名", 2000, 2000, false, false, "李*")),
				column("id_no", "char(18)", "证件号码", found("resident_id", "公民身份号码", 1960, 2000, false, true, "310000********4417"), found("passport", "护照号", 40, 2000, false, true, "E1******8")),
				column("bank_card", "varchar(24)", "工资卡", found("bank_card", "银行卡号", 1999, 2000, true, true, "622202*********0018")),
			}},
		{Source: "hr", Name: "hr.payroll", Comment: "工资", Rows: Rows{38_118, true}, Sampled: 2000, Read: 38_118, People: &staff,
			Sensitive: per(exact(3_210), exact(3_210), exact(3_210)),
			Columns:   []Column{column("emp_no", "char(8)", ""), column("net_pay", "decimal(12,2)", "实发工资", found("income", "收入", 2000, 2000, true, true)), column("paid_at", "date", "")}},
		{Source: "clinic", Name: "visits/*.ndjson", Rows: Rows{19_870, true}, Sampled: 2000, Read: 19_870, People: &patients,
			Sensitive: per(exact(4_812), exact(6_402), exact(6_402)),
			Columns: []Column{
				column("patient.id_card", "", "", found("resident_id", "公民身份号码", 1890, 1902, false, true, "440000********009X")),
				column("patient.phone", "", "", found("mobile", "手机号", 1700, 1720, false, false, "137****5566")),
				column("diagnosis", "", "诊断", found("diagnosis", "诊断", 1480, 1502, true, true)), column("dept", "", ""),
			}},
		{Source: "ads", Name: "clicks.csv", Rows: Rows{912_004, true}, Sampled: 2000, Read: 912_004, People: &clicks, Columns: []Column{
			column("oaid", "", "", found("advertising_id", "OAID/IDFA/设备标识", 1990, 2000, false, false, "9f8e7d…01")),
			column("ip", "", "", found("ip_address", "IP地址", 2000, 2000, false, false, "203.0.*.*")), column("ts", "", ""), column("campaign", "", ""),
		}},
	}
}

func companyFlows(now, prior law.Window) []Flow {
	window := func(w law.Window, people law.Count, s, only map[law.Profile]law.Count, young, unknown int64) WindowCounts {
		return WindowCounts{Window: w, Counts: law.Counts{People: people, Sensitive: s, OrdinaryOnly: only, OrdinaryAny: per(people, people, people)},
			Under14: exact(young), AgeUnknown: exact(unknown)}
	}
	zero := exact(0)
	staff, crm, clinic := exact(3_214), between(180_190, 180_974), exact(6_402)
	return []Flow{
		{Name: "hr-to-hq", Datasets: []string{"hr.hr.employees", "hr.hr.payroll"}, Recipient: Recipient{"HQ GmbH", "DE"}, Means: "transmit",
			Purpose: "集团统一薪酬与人事管理", Exemption: &Claim{"art5_hr", "集体合同 2025-03-01 第17号"}, Since: "hr.payroll.paid_at",
			WindowCounts: window(now, staff, per(staff, staff, staff), per(zero, zero, zero), 0, 0),
			OtherWindows: []WindowCounts{window(prior, exact(3_602), per(exact(3_602), exact(3_602), exact(3_602)), per(zero, zero, zero), 0, 0)},

			Route: Route{State: law.NotTriggered, Mechanism: "NONE", Because: "exempt"}},
		{Name: "crm-analytics", Datasets: []string{"crm.public.users", "crm.public.orders", "ads.clicks.csv"}, Columns: []string{"sfzh", "sjh", "email", "oaid"},
			Recipient: Recipient{"Insight Analytics Inc.", "US"}, Means: "remote_access", Purpose: "会员画像与复购分析",
			WindowCounts: window(now, crm, per(zero, between(93_238, 94_808), between(93_238, 94_808)), per(crm, between(85_694, 86_480), between(85_694, 86_480)), 0, 41_002),

			Route: Route{State: law.Triggered, Mechanism: "SCC_or_CERT", Because: "whole"}},
		{Name: "clinic-research", Datasets: []string{"clinic.visits/*.ndjson"}, Recipient: Recipient{"Lion City Research Pte Ltd", "SG"}, Means: "transmit",
			Purpose: "慢病随访研究", Since: "visited_at", Unread: []string{"clinic.visits/2026-03.ndjson"},
			WindowCounts: window(now, clinic, per(exact(4_812), clinic, clinic), per(exact(1_590), zero, zero), 1_320, 310),

			Route: Route{State: law.Triggered, Mechanism: "SCC_or_CERT", Because: "whole"}},
	}
}
