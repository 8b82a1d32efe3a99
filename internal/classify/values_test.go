package classify_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// generators write invented values, each of one shape.
var generators = map[string]func(r *rand.Rand) string{
	"resident": func(r *rand.Rand) string { return check11_2(region(r) + ymd(r, 1950, 2010) + digits(r, 3)) },
	"serial18": func(r *rand.Rand) string { return region(r) + ymd(r, 1990, 2026) + digits(r, 4) },
	"residentlow": func(r *rand.Rand) string {
		return strings.ToLower(check11_2(region(r) + ymd(r, 1950, 2010) + digits(r, 3)))
	},
	"resident15": func(r *rand.Rand) string { return region(r) + ymd(r, 1950, 1999)[2:] + "1" + digits(r, 2) },
	"hmt": func(r *rand.Rand) string {
		return check11_2(pick(r, "810000", "820000", "830000") + ymd(r, 1950, 2010) + digits(r, 3))
	},
	"foreigner":    func(r *rand.Rand) string { return check11_2("932682" + ymd(r, 1950, 2010) + digits(r, 3)) },
	"mobile":       mobile,
	"mobile86":     func(r *rand.Rand) string { return "+86 " + mobile(r) },
	"mobilespaced": func(r *rand.Rand) string { m := mobile(r); return m[:3] + "-" + m[3:7] + "-" + m[7:] },
	"mobilefull":   func(r *rand.Rand) string { return fullWidth(mobile(r)) },
	"mobilestar":   func(r *rand.Rand) string { m := mobile(r); return m[:3] + "****" + m[7:] },
	"residentstar": func(r *rand.Rand) string { return region(r) + "********" + digits(r, 4) },
	"landline": func(r *rand.Rand) string {
		return pick(r, "010", "021", "0755", "0571", "028") + "-" + pick(r, "2", "5", "8") + digits(r, 7)
	},
	"email": func(r *rand.Rand) string {
		return word(r) + digits(r, 3) + "@" + word(r) + pick(r, ".com", ".cn", ".net")
	},
	"card": func(r *rand.Rand) string {
		return luhn(pick(r, "622202", "621700", "622848", "621661") + digits(r, 12))
	},
	"passport": func(r *rand.Rand) string { return pick(r, "E", "G") + digits(r, 8) },
	"name": func(r *rand.Rand) string {
		return pick(r, surnames...) + pick(r, given...)
	},
	"address":  address,
	"birth":    func(r *rand.Rand) string { return dashed(ymd(r, 1940, 2015)) },
	"birth8":   func(r *rand.Rand) string { return ymd(r, 1940, 2015) },
	"recent":   func(r *rand.Rand) string { return dashed(ymd(r, 2024, 2026)) },
	"gender":   func(r *rand.Rand) string { return pick(r, "男", "女") },
	"gender12": func(r *rand.Rand) string { return pick(r, "1", "2") },
	"age":      func(r *rand.Rand) string { return strconv.Itoa(18 + r.IntN(60)) },
	"salary":   func(r *rand.Rand) string { return fmt.Sprintf("%d.00", 4000+100*r.IntN(200)) },
	"account":  func(r *rand.Rand) string { return "11" + digits(r, 15) },
	"icd": func(r *rand.Rand) string {
		return pick(r, "I", "E", "J", "K") + digits(r, 2) + "." + digits(r, 1) + "00"
	},
	"illness": func(r *rand.Rand) string {
		return pick(r, "高血压", "2型糖尿病", "急性支气管炎", "慢性胃炎", "肺部感染", "腰椎间盘突出", "冠心病", "胆囊结石", "偏头痛", "过敏性鼻炎", "骨折", "肺癌", "甲状腺肿") + pick(r, "", "1级", "2级", "待查")
	},
	"mrn": func(r *rand.Rand) string { return "ZY" + digits(r, 8) },
	"plate": func(r *rand.Rand) string {
		return pick(r, "京", "沪", "粤", "苏") + pick(r, "A", "B", "C") + digits(r, 5)
	},
	"ip": func(r *rand.Rand) string {
		return fmt.Sprintf("%d.%d.%d.%d", 36+r.IntN(80), r.IntN(256), r.IntN(256), 1+r.IntN(254))
	},
	"version":   func(r *rand.Rand) string { return fmt.Sprintf("%d.%d.%d", r.IntN(4), r.IntN(12), r.IntN(20)) },
	"md5":       func(r *rand.Rand) string { return hexes(r, 32) },
	"sha256":    func(r *rand.Rand) string { return hexes(r, 64) },
	"bcrypt":    func(r *rand.Rand) string { return "$2a$10$" + alnum(r, 53) },
	"base64":    func(r *rand.Rand) string { return "aZ9" + alnum(r, 40) + "=" },
	"uscc":      uscc,
	"order18":   func(r *rand.Rand) string { return ymd(r, 2024, 2026) + digits(r, 10) },
	"order20":   func(r *rand.Rand) string { return ymd(r, 2024, 2026) + digits(r, 12) },
	"snowflake": func(r *rand.Rand) string { return "19" + digits(r, 17) },
	"ms":        func(r *rand.Rand) string { return "17" + digits(r, 11) },
	"unix":      func(r *rand.Rand) string { return "17" + digits(r, 8) },
	"num11":     func(r *rand.Rand) string { return strconv.Itoa(1+r.IntN(9)) + digits(r, 10) },
	"sku11":     func(r *rand.Rand) string { return "1" + digits(r, 10) },
	"num15":     func(r *rand.Rand) string { return strconv.Itoa(1+r.IntN(9)) + digits(r, 14) },
	"num16":     func(r *rand.Rand) string { return strconv.Itoa(1+r.IntN(9)) + digits(r, 15) },
	"num18":     func(r *rand.Rand) string { return strconv.Itoa(1+r.IntN(9)) + digits(r, 17) },
	"num19":     func(r *rand.Rand) string { return strconv.Itoa(1+r.IntN(9)) + digits(r, 18) },
	"ean13":     func(r *rand.Rand) string { return "69" + digits(r, 11) },
	"company": func(r *rand.Rand) string {
		return pick(r, "杭州", "深圳", "成都", "济南") + word2(r) + pick(r, "科技有限公司", "贸易有限公司", "餐饮店", "机械厂")
	},
	"product": func(r *rand.Rand) string {
		return pick(r, "纯棉", "加厚", "便携", "不锈钢", "儿童") + pick(r, "毛巾", "保温杯", "雨伞", "台灯", "书包") + digits(r, 2)
	},
	"dept": func(r *rand.Rand) string {
		return pick(r, "财务部", "人力资源部", "信息技术部", "市场部", "采购部")
	},
	"city": func(r *rand.Rand) string {
		return pick(r, "杭州市", "深圳市", "成都市", "济南市", "长沙市", "福州市")
	},
	"oid": func(r *rand.Rand) string { return hexes(r, 24) },
	"uuid": func(r *rand.Rand) string {
		return hexes(r, 8) + "-" + hexes(r, 4) + "-4" + hexes(r, 3) + "-a" + hexes(r, 3) + "-" + hexes(r, 12)
	},
	"status": func(r *rand.Rand) string { return pick(r, "0", "1", "2") },
	"login":  func(r *rand.Rand) string { return word(r) + digits(r, 2) },
	"price":  func(r *rand.Rand) string { return fmt.Sprintf("%d.%02d", r.IntN(900), r.IntN(100)) },
	"url":    func(r *rand.Rand) string { return "https://cdn.example.com/" + word(r) + "/" + digits(r, 6) + ".png" },
	"zeros":  func(r *rand.Rand) string { return "110105199" + digits(r, 6) + "000" },
	"sci":    func(r *rand.Rand) string { return "1.3" + digits(r, 5) + "E+10" },
	"note": func(r *rand.Rand) string {
		return pick(r, "请尽快发货", "客户要求周末送达", "已电话确认", "无理由退货", "老客户优惠") + digits(r, 2)
	},
	"empty":    func(*rand.Rand) string { return "" },
	"drug":     func(r *rand.Rand) string { return "H20" + digits(r, 6) },
	"region6":  func(r *rand.Rand) string { return region(r) },
	"region12": func(r *rand.Rand) string { return region(r) + digits(r, 6) },
	"qq":       func(r *rand.Rand) string { return strconv.Itoa(1+r.IntN(9)) + digits(r, 8) },
	"ugly":     func(r *rand.Rand) string { return pick(r, "abc", "asdf", "x1", "qwe", "zzz") + digits(r, 1) },
}

var surnames = strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕")
var given = strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 建华 文博 子轩 雨桐 欣怡")

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func digits(r *rand.Rand, n int) string { return chars(r, n, "0123456789") }
func hexes(r *rand.Rand, n int) string {
	return "a1"[:min(n, 2)] + chars(r, max(0, n-2), "0123456789abcdef")
}
func alnum(r *rand.Rand, n int) string {
	return chars(r, n, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

func chars(r *rand.Rand, n int, from string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = from[r.IntN(len(from))]
	}
	return string(b)
}

func word(r *rand.Rand) string {
	return pick(r, "lan", "mor", "tek", "zin", "bao", "hui") + pick(r, "da", "mi", "ro", "xi", "lo")
}
func word2(r *rand.Rand) string {
	return pick(r, "宏", "鑫", "瑞", "达", "康") + pick(r, "远", "盛", "诚", "泰", "源")
}

func region(r *rand.Rand) string {
	return pick(r, "110101", "310104", "440305", "330106", "510107", "370102", "420106")
}

func ymd(r *rand.Rand, from, to int) string {
	return fmt.Sprintf("%d%02d%02d", from+r.IntN(to-from), 1+r.IntN(12), 1+r.IntN(28))
}
func dashed(d string) string { return d[:4] + "-" + d[4:6] + "-" + d[6:] }

func mobile(r *rand.Rand) string {
	return pick(r, "138", "139", "136", "150", "158", "187", "186", "133", "177", "199") + digits(r, 8)
}

func address(r *rand.Rand) string {
	return pick(r, "浙江省杭州市西湖区", "广东省深圳市南山区", "四川省成都市武侯区") + word2(r) + pick(r, "路", "街", "大道") +
		strconv.Itoa(1+r.IntN(300)) + "号" + strconv.Itoa(1+r.IntN(20)) + "栋" + strconv.Itoa(101+r.IntN(2000)) + "室"
}

func fullWidth(s string) string {
	return strings.Map(func(c rune) rune { return c + 0xFEE0 }, s)
}

// check11_2 appends the check character of ISO 7064 MOD 11-2.
func check11_2(s string) string {
	sum := 0
	for i, c := range s {
		sum += int(c-'0') * []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}[i]
	}
	return s + string("10X98765432"[sum%11])
}

func luhn(s string) string {
	sum := 0
	for i := range s {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return s + strconv.Itoa((10-sum%10)%10)
}

// uscc writes a unified social credit code with both check characters.
func uscc(r *rand.Rand) string {
	org := digits(r, 8)
	sum := 0
	for i, c := range org {
		sum += int(c-'0') * []int{3, 7, 9, 10, 5, 8, 4, 2}[i]
	}
	s := "91" + region(r) + org + string("0123456789X0"[[]int{0, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}[sum%11]])
	if strings.HasSuffix(s, "X") {
		return uscc(r)
	}
	const symbols = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum, w := 0, 1
	for _, c := range s {
		sum += strings.IndexRune(symbols, c) * w
		w = w * 3 % 31
	}
	return s + string(symbols[(31-sum%31)%31])
}

// values writes what a recipe asks for: shape:count, joined by "+"; "lit:a|b:n" cycles
// through literals. The order is mixed.
func values(t testing.TB, recipe string, seed uint64) []string {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	var out []string
	if recipe == "" {
		return nil
	}
	for part := range strings.SplitSeq(recipe, "+") {
		i := strings.LastIndexByte(part, ':')
		n, err := strconv.Atoi(part[i+1:])
		if err != nil || n == 0 {
			t.Fatalf("recipe %q", recipe)
		}
		lits, literal := strings.CutPrefix(part[:i], "lit:")
		gen := generators[part[:i]]
		if gen == nil && !literal {
			t.Fatalf("recipe %q: no such shape", part)
		}
		for k := range n {
			if literal {
				all := strings.Split(lits, "|")
				out = append(out, all[k%len(all)])
				continue
			}
			out = append(out, gen(r))
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
