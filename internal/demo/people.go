// Package demo invents a company: people who do not exist, the stores their
// data lies in, the flows that take it abroad, and the true counts, so that a
// scan can be checked against them. The same seed writes the same company.
package demo

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Person is an invented person. Identity numbers carry county codes that
// GB/T 2260 never assigned, so that none is anybody's.
type Person struct {
	ID     string // 18 characters, valid check character
	Name   string
	Mobile string
	Email  string
	Card   string // 19 digits, Luhn
	Home   string
	Birth  time.Time
	Female bool
}

// Old tells whether the person also has a 15-digit number of the first
// generation (born before 2000).
func (p *Person) Old() bool { return p.Birth.Year() < 2000 }

// ID15 is the first-generation form of the identity number (GB 11643-1989).
func (p *Person) ID15() string { return p.ID[:6] + p.ID[8:17] }

var (
	surnames = []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤")
	given    = []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文辉晨宇轩浩然子涵欣怡梓萱诗琪雨泽博瑞佳宁思远嘉俊凯婷雪梅琳倩颖慧丹莹莉志鹏海燕春晓云龙飞翔")
	// A province, a county code never assigned there, and a place to live.
	places = []struct{ code, place string }{
		{"110199", "北京市朝阳区建国路"}, {"310199", "上海市浦东新区世纪大道"}, {"440199", "广东省广州市天河区体育东路"},
		{"320199", "江苏省南京市鼓楼区中山路"}, {"330199", "浙江省杭州市西湖区文三路"}, {"510199", "四川省成都市锦江区人民南路"},
		{"420199", "湖北省武汉市江岸区解放大道"}, {"370199", "山东省济南市历下区泉城路"}, {"610199", "陕西省西安市雁塔区长安路"},
		{"210199", "辽宁省沈阳市和平区青年大街"},
	}
	segments = []string{"135", "136", "137", "138", "139", "150", "151", "152", "158", "159", "186", "187", "188", "189", "130", "131", "132", "155", "156", "176", "177", "180", "181", "133", "153", "199", "198"}
)

// People invents n people born 1940 to 2013, all identifiers distinct.
func People(n int, seed uint64) []Person {
	rng := rand.New(rand.NewPCG(seed, 0x5761_7962_696c_6c00))
	out := make([]Person, n)
	taken := make(map[string]bool, n)
	for i := range out {
		p := &out[i]
		p.Female = rng.IntN(2) == 1
		p.Birth = time.Date(1940, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rng.IntN(26_800))
		where := places[rng.IntN(len(places))]
		p.ID = identity(rng, where.code, p.Birth, p.Female, taken)
		p.Name = name(rng)
		p.Mobile = fmt.Sprintf("%s%08d", segments[i%len(segments)], scramble(i/len(segments)))
		p.Email = fmt.Sprintf("u%07x@example-mail.cn", scramble(i))
		p.Card = card(i)
		p.Home = fmt.Sprintf("%s%d号%d栋%d单元%d室", where.place, 1+rng.IntN(300), 1+rng.IntN(30), 1+rng.IntN(4), 101+rng.IntN(1800))
	}
	return out
}

// scramble is a bijection on [0, 10⁸) that hides the order of its argument.
func scramble(i int) int { return (i*48_271_193 + 12_345_679) % 100_000_000 }

func name(rng *rand.Rand) string {
	n := string(surnames[rng.IntN(len(surnames))]) + string(given[rng.IntN(len(given))])
	if rng.IntN(3) > 0 {
		n += string(given[rng.IntN(len(given))])
	}
	return n
}

// identity draws a number nobody in taken has, below the sequence 996 that the
// first generation kept for centenarians; its 17th digit is even for a
// woman.
func identity(rng *rand.Rand, county string, birth time.Time, female bool, taken map[string]bool) string {
	for {
		seq := 2 + 2*rng.IntN(496)
		if !female {
			seq++
		}
		body := fmt.Sprintf("%s%s%03d", county, birth.Format("20060102"), seq)
		if !taken[body] {
			taken[body] = true
			return body + string(mod11(body))
		}
	}
}

// mod11 is the check character of GB 11643-1999 (ISO 7064 MOD 11-2).
func mod11(body string) byte {
	sum := 0
	for i := range len(body) {
		sum += int(body[i]-'0') * (1 << (17 - i) % 11)
	}
	return "10X98765432"[sum%11]
}

// card is a 19-digit number under a UnionPay prefix with its Luhn digit.
func card(i int) string {
	body := fmt.Sprintf("621799%012d", scramble(i))
	sum := 0
	for j := range len(body) {
		d := int(body[len(body)-1-j] - '0')
		if j%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return fmt.Sprintf("%s%d", body, (10-sum%10)%10)
}
