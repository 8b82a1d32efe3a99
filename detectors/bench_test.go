package detectors_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
)

// BenchmarkAll runs every detector over a batch of thirteen columns such as a
// customer table has, and reports cells a second on one core.
func BenchmarkAll(b *testing.B) {
	cells := customers()
	list := detectors.All()
	var m batch.Marks
	b.ReportAllocs()
	for b.Loop() {
		for i := range cells.Width() {
			for _, d := range list {
				d.Scan(cells.Column(i), &m)
			}
		}
	}
	b.ReportMetric(float64(b.N)*float64(cells.Rows()*cells.Width())/b.Elapsed().Seconds(), "cells/s")
}

// BenchmarkEach runs one detector over the same batch.
func BenchmarkEach(b *testing.B) {
	cells := customers()
	for _, d := range detectors.All() {
		b.Run(d.Spec().Kind, func(b *testing.B) {
			var m batch.Marks
			for b.Loop() {
				for i := range cells.Width() {
					d.Scan(cells.Column(i), &m)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(cells.Rows()*cells.Width()), "ns/cell")
		})
	}
}

// customers invents a full batch.
func customers() *batch.Batch {
	r := rand.New(rand.NewPCG(1, 2))
	given := []rune("明华伟芳娜敏静丽强磊军洋勇艳杰娟涛超霞平刚")
	surnames := []rune("王李张刘陈杨赵黄周吴")
	b := batch.New("id", "name", "id_card", "mobile", "email", "address", "card", "birth", "sex", "amount", "status", "created_at", "remark")
	for i := range batch.MaxRows {
		row := []string{
			fmt.Sprint(1000000 + i),
			string([]rune{surnames[r.IntN(10)], given[r.IntN(20)], given[r.IntN(20)]}),
			fmt.Sprintf("1101051985%02d%02d%04d", 1+r.IntN(12), 1+r.IntN(28), r.IntN(10000)),
			fmt.Sprintf("138%08d", r.IntN(1e8)),
			fmt.Sprintf("user%d@example.cn", r.IntN(1e6)),
			fmt.Sprintf("浙江省杭州市西湖区文三路%d号%d栋%d室", 1+r.IntN(500), 1+r.IntN(20), 101+r.IntN(900)),
			fmt.Sprintf("6222020%012d", r.Int64N(1e12)),
			fmt.Sprintf("19%02d-%02d-%02d", 50+r.IntN(50), 1+r.IntN(12), 1+r.IntN(28)),
			[]string{"男", "女"}[r.IntN(2)],
			fmt.Sprintf("%d.%02d", r.IntN(10000), r.IntN(100)),
			[]string{"active", "closed", "new"}[r.IntN(3)],
			fmt.Sprintf("2026-%02d-%02d 10:%02d:%02d", 1+r.IntN(11), 1+r.IntN(28), r.IntN(60), r.IntN(60)),
			"客户要求周末送货，送货前请先联系",
		}
		for c, v := range row {
			b.Column(c).AppendString(v)
		}
		b.EndRow()
	}
	return b
}
