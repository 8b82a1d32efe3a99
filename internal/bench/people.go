package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/mix"
)

// crowd is records of invented people, each of whom has an identity number, a
// mobile, a mailbox and a bank card. Six records in eleven are of a person who
// was not met yet. Half the records hold a number alone, the others two or three
// identifiers; in all 1.6 a record.
type crowd struct{ records, people int }

func newCrowd(records int) *crowd { return &crowd{records, records*6/11 + 1} }

// The forms of a record.
const (
	idAlone = 1 << iota
	idMobile
	idMobileMail
	mobileCard
)

// record is who record i is about, and its form.
func (c *crowd) record(i int) (who uint64, form uint8) {
	h := mix.Seed(uint64(i))
	who = h % uint64(c.people)
	if i < c.people {
		who = uint64(i)
	}
	switch n := h >> 40 % 10; {
	case n < 5:
		form = idAlone
	case n < 8:
		form = idMobile
	case n < 9:
		form = idMobileMail
	default:
		form = mobileCard
	}
	return who, form
}

// expected is how many people remain: who was met by number and by mobile only
// apart counts twice.
func (c *crowd) expected() (n int64) {
	seen := make([]uint8, c.people)
	for i := range c.records {
		who, form := c.record(i)
		seen[who] |= form
	}
	for _, s := range seen {
		switch {
		case s&(idMobile|idMobileMail) != 0 || s == idAlone || s == mobileCard:
			n++
		case s != 0:
			n += 2
		}
	}
	return n
}

// count counts the crowd with a census.
func (c *crowd) count(ctx context.Context, cfg census.Config) (res *census.Result, err error) {
	cs, err := census.New(cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, cs.Close()) }()
	id, mobile := cs.Kind("resident_id", census.Strong), cs.Kind("mobile", census.Weak)
	mail, card := cs.Kind("email", census.Weak), cs.Kind("bank_card", census.Weak)
	held := cs.Mask([]census.ScopeFlags{{Scope: 0, Flags: census.In | census.Ordinary(0)}})
	h := cs.Hasher()
	var rec census.Records
	var b []byte
	add := func(k census.KindID, head string, who uint64, n int) {
		b = digits(append(b[:0], head...), who*1_000_003, n)
		age := census.AgeUnknown
		if k == id {
			age = census.Adult
		}
		rec.ID(census.Ident{Digest: h.Sum(k, b), Kind: k, Age: age})
	}
	for i := range c.records {
		who, form := c.record(i)
		if form&(idAlone|idMobile|idMobileMail) != 0 {
			add(id, "1101", who, 14)
		}
		if form != idAlone {
			add(mobile, "1", who, 14)
		}
		switch form {
		case idMobileMail:
			add(mail, "u", who, 14)
		case mobileCard:
			add(card, "6222", who, 15)
		}
		rec.End(held, census.AgeUnknown)
		if rec.Len() == batch.MaxRows {
			if err := cs.Add(&rec); err != nil {
				return nil, err
			}
			rec.Reset()
		}
	}
	if err := cs.Add(&rec); err != nil {
		return nil, err
	}
	return cs.Result(ctx, census.Question{Scopes: 1})
}

// printCrowd counts so many records and prints the outcome.
func printCrowd(ctx context.Context, o options) error {
	c := newCrowd(o.crowd)
	stop, err := profile(o.profile)
	if err != nil {
		return err
	}
	var res *census.Result
	u, err := here(func() (err error) {
		res, err = c.count(ctx, census.Config{Memory: o.memory << 20})
		return err
	})
	out := outcome{Wall: u.wall, User: u.user, Rows: int64(o.crowd)}
	if err = errors.Join(err, stop()); err != nil {
		return err
	}
	out.People, out.Identifiers, out.Peak = res.Scopes[0].People, res.Identifiers, peak()
	if want := c.expected(); out.People.High != want {
		return fmt.Errorf("wrong count: %d people of %d", out.People.High, want)
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// crowdContest counts a crowd.
func crowdContest(o options) contest {
	return contest{name: memoryNames[1], work: float64(o.crowd) / 1e6, unit: "million", contenders: []contender{
		crowdOf(fmt.Sprintf("%d records, 256 MiB", o.crowd), o.crowd, 256, 1)}}
}

// growthContest counts a crowd ten times as large and one a tenth as large, that
// one several times since it is over so soon: what a record costs may grow by half.
func growthContest(o options) contest {
	large, small := 10*o.crowd, o.crowd/10
	return contest{name: memoryNames[2], note: "the cost of a million records", work: 1, unit: "million", contenders: []contender{
		perMillion(large, crowdOf(fmt.Sprintf("out of %d, 400 MiB", large), large, 400, 1)),
		goal(1/1.5, perMillion(small, crowdOf(fmt.Sprintf("out of %d, 400 MiB", small), small, 400, 9)))}}
}

// perMillion is the usage of c by million records.
func perMillion(records int, c contender) contender {
	run := c.run
	c.run = func(ctx context.Context) (usage, error) {
		u, err := run(ctx)
		scale := 1e6 / float64(records)
		u.wall, u.user = time.Duration(float64(u.wall)*scale), time.Duration(float64(u.user)*scale)
		return u, err
	}
	return c
}

// crowdOf counts a crowd so many times, each in a process of its own, and tells
// the median.
func crowdOf(name string, records int, memory, times int) contender {
	return contender{name: name, run: func(ctx context.Context) (usage, error) {
		self, err := os.Executable()
		if err != nil {
			return usage{}, err
		}
		var all []usage
		for range times {
			_, b, err := program(ctx, false, self, "-crowd", strconv.Itoa(records), "-memory", strconv.Itoa(memory), "-count")
			if err != nil {
				return usage{}, err
			}
			var out outcome
			if err := json.Unmarshal(b, &out); err != nil {
				return usage{}, err
			}
			all = append(all, usage{wall: out.Wall, user: out.User, peak: out.Peak})
		}
		return median(all), nil
	}}
}
