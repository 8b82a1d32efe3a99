package classify_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/internal/classify"
)

// Whose data the rows of a table are: English, Chinese, pinyin and mixed
// names, tables that join, tables that log.
func TestSubject(t *testing.T) {
	c := classify.New(allDetectors(t))
	for _, f := range []struct{ name, comment, columns, want, ground string }{
		// people, by their own word
		{"public.users", "", "id name mobile", "user", "name: user"},
		{"t_customer_info", "", "cust_name mobile", "customer", "name: customer"},
		{"crm.kehu", "", "khmc sjh", "customer", "name: kehu"},
		{"khxx", "客户信息表", "xm sjh", "customer", "comment: 客户"},
		{"hr.employees", "", "emp_no name", "employee", "name: employee"},
		{"ygxx", "", "gh xm", "employee", "name: ygxx"},
		{"t_01", "员工花名册", "gh xm", "employee", "comment: 员工"},
		{"his.br_jbxx", "", "xm sfzh", "patient", "name: brjbxx"},
		{"his.hzxx", "患者基本信息", "xm sfzh", "patient", "comment: 患者"},
		{"xs_jbxx", "学生基本信息表", "xh xm", "student", "comment: 学生"},
		{"jzgxx", "教职工信息", "gh xm", "employee", "comment: 教职工"},
		{"jsxx", "教师信息", "gh xm", "teacher", "comment: 教师"},
		{"vip_members.csv", "", "name phone", "member", "name: member"},
		{"emergency_contact", "", "name phone", "contact", "name: emergency_contact"},
		{"czrk", "常住人口", "xm sfzh", "resident", "comment: 常住人口"},
		{"hotel_guests", "", "name id_card", "customer", "name: guest"},
		{"passenger", "", "name id_card", "passenger", "name: passenger"},
		{"job_applicants", "", "name phone", "candidate", "name: applicant"},
		// a vague word, and a number that tells better
		{"users", "", "id student_no name", "student", "columns: student_no"},
		{"sys_user", "系统用户", "id user_name emp_no", "employee", "columns: emp_no"},
		{"people", "", "name id_card", "resident", "name: people"},
		// what people own: the person in front, else the number, else the thing
		{"user_login_log", "", "id user_id ip login_time", "user", "name: user"},
		{"t_log", "会员操作日志", "id ip", "member", "comment: 会员"},
		{"patient_account", "", "id balance", "patient", "name: patient"},
		{"yg_gz", "员工工资表", "gh sfgz", "employee", "comment: 员工"},
		{"student_attendance", "", "id day", "student", "name: student"},
		{"payroll", "", "id net_pay", "employee", "name: payroll"},
		{"gzb", "工资", "id je", "employee", "comment: 工资"},
		{"prescriptions", "", "id drug", "patient", "name: prescription"},
		{"exam_record", "", "id student_no", "student", "columns: student_no"},
		{"orders", "", "id amount", "customer", "name: order"},
		{"dd", "订单", "id je", "customer", "comment: 订单"},
		{"cjb", "成绩表", "id cj", "student", "comment: 成绩"},
		{"access_log", "", "id ip", "", ""},
		{"access_log", "", "id ip operator_emp_no", "", ""},
		{"purchase_order", "采购订单", "id amount", "", ""},
		// a visit carries the number of who treated the patient
		{"visits", "", "medical_record_no emp_no diagnosis", "patient", "columns: medical_record_no"},
		// shared by many, or telling nothing
		{"user_role", "", "user_id role_id", "", ""},
		{"sys_dict", "字典", "code name", "", ""},
		{"supplier", "供应商", "name contact phone", "", ""},
		{"department", "", "id name", "", ""},
		{"tbl_x9", "", "a b", "", ""},
		// people by the columns alone
		{"data_2024", "", "name id_card gender emp_no", "employee", "columns: emp_no"},
		{"data_2025", "", "name id_card gender", "", ""},
	} {
		table := classify.Table{Name: f.name, Comment: f.comment}
		for col := range strings.FieldsSeq(f.columns) {
			table.Columns = append(table.Columns, classify.Column{Name: col})
		}
		r := c.Survey(table).Result()
		if got := strings.Join(r.SubjectGrounds, "|"); r.Subject != f.want || got != f.ground {
			t.Errorf("%s %s: %q (%s), want %q (%s)", f.name, f.comment, r.Subject, got, f.want, f.ground)
		}
		if r.Subject != "" && !slices.Contains(classify.Subjects(), r.Subject) {
			t.Errorf("%q is not among the subjects", r.Subject)
		}
	}
}

func TestSubjects(t *testing.T) {
	want := "candidate contact customer doctor employee member passenger patient resident student teacher user"
	if got := strings.Join(classify.Subjects(), " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
