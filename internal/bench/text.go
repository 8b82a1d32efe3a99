package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"waybill/detectors"
	"waybill/internal/demo"
	"waybill/internal/detect"
	"waybill/internal/text"
)

// logBytes is the size of the log that text is scanned in.
const logBytes = 256 << 20

// fourKinds are the kinds that the four patterns of the rivals stand for.
var fourKinds = []string{"resident_id", "mobile", "bank_card", "email"}

// logTruth is what was written into a log, by kind, and in how many lines.
type logTruth struct {
	kinds map[string]int
	lines int
}

// writeLog writes at least size bytes of an application's log: requests, JSON,
// SQL, Chinese messages. One line in a hundred holds personal data; the others
// hold what looks like it: order numbers, traces that are all digits, row
// numbers of eleven digits, times in milliseconds.
func writeLog(w io.Writer, size int, seed uint64) (logTruth, error) {
	rng := rand.New(rand.NewPCG(seed, 17))
	people := demo.People(20_000, seed)
	truth := logTruth{kinds: map[string]int{}}
	out := bufio.NewWriterSize(w, 1<<20)
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var line []byte
	for n := 0; n < size; n += len(line) {
		at = at.Add(time.Duration(rng.IntN(900)) * time.Millisecond)
		if rng.IntN(100) == 0 {
			line = personalLine(line[:0], rng, at, &people[rng.IntN(len(people))], truth.kinds)
			truth.lines++
		} else {
			line = plainLine(line[:0], rng, at)
		}
		if _, err := out.Write(line); err != nil {
			return truth, err
		}
	}
	return truth, out.Flush()
}

var (
	threads = []string{"http-nio-8080-exec-7", "scheduling-1", "kafka-consumer-3", "main", "pool-2-thread-14"}
	classes = []string{"c.e.order.OrderService", "c.e.pay.PayCallback", "o.s.web.servlet.DispatcherServlet", "c.e.stock.StockSync", "c.e.user.LoginController"}
	agents  = []string{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15", "okhttp/4.12.0", "curl/8.5.0"}
)

func head(b []byte, rng *rand.Rand, at time.Time, level string) []byte {
	b = at.AppendFormat(b, "2006-01-02 15:04:05.000 ")
	return fmt.Appendf(b, "%s [%s] %s trace=%016x ", level, threads[rng.IntN(len(threads))], classes[rng.IntN(len(classes))], rng.Uint64())
}

// plainLine writes a line without personal data.
func plainLine(b []byte, rng *rand.Rand, at time.Time) []byte {
	switch rng.IntN(10) {
	case 0, 1, 2:
		b = fmt.Appendf(b, "10.%d.%d.%d - - [%s] ", rng.IntN(256), rng.IntN(256), rng.IntN(256), at.Format("02/Jan/2006:15:04:05 +0800"))
		return fmt.Appendf(b, "\"GET /api/v1/orders/%s%06d HTTP/1.1\" 200 %d \"-\" \"%s\" %0.3f\n",
			at.Format("20060102150405"), rng.IntN(1_000_000), rng.IntN(90_000), agents[rng.IntN(len(agents))], rng.Float64())
	case 3, 4:
		return fmt.Appendf(b, "{\"ts\":%d,\"level\":\"info\",\"request_id\":\"%08x-%04x-4%03x-a%03x-%012x\",\"path\":\"/cart/items\",\"ms\":%d,\"user\":%d,\"msg\":\"ok\"}\n",
			at.UnixMilli(), rng.Uint32(), rng.IntN(1<<16), rng.IntN(1<<12), rng.IntN(1<<12), rng.Uint64()>>16, rng.IntN(800), rng.IntN(9_000_000))
	case 5:
		b = head(b, rng, at, "DEBUG")
		return fmt.Appendf(b, "==> Preparing: UPDATE t_order SET status=%d, version=version+1 WHERE id=1%010d AND tenant_id=%d\n", rng.IntN(9), rng.IntN(10_000_000_000), rng.IntN(500))
	case 6:
		b = head(b, rng, at, "INFO ")
		return fmt.Appendf(b, "订单创建成功，订单号：%s%06d，库存剩余 %d 件，耗时 %d 毫秒\n", at.Format("20060102150405"), rng.IntN(1_000_000), rng.IntN(5000), rng.IntN(300))
	case 7:
		b = head(b, rng, at, "WARN ")
		return fmt.Appendf(b, "slow sync of sku %d: %d rows in %dms, next at %d, snowflake 19%017d\n", rng.IntN(1_000_000), rng.IntN(9000), rng.IntN(9000), at.UnixMilli(), rng.Int64N(100_000_000_000_000_000))
	}
	b = head(b, rng, at, "INFO ")
	return fmt.Appendf(b, "cache hit ratio %.4f, heap %dMB of 4096MB, gc pause %d ms, node 10.0.%d.%d, sha %016x%016x%08x\n", rng.Float64(), rng.IntN(4096), rng.IntN(90), rng.IntN(256), rng.IntN(256), rng.Uint64(), rng.Uint64(), rng.Uint32())
}

// personalLine writes a line about p and counts what it holds.
func personalLine(b []byte, rng *rand.Rand, at time.Time, p *demo.Person, count map[string]int) []byte {
	b = head(b, rng, at, "INFO ")
	switch rng.IntN(6) {
	case 0:
		count["resident_id"]++
		count["mobile"]++
		return append(b, "实名认证通过：姓名"+p.Name+"，身份证"+p.ID+"，手机"+p.Mobile+"\n"...)
	case 1:
		count["resident_id"]++
		return append(b, "verify idcard="+p.ID+" result=ok channel=3\n"...)
	case 2:
		count["mobile"]++
		return append(b, "sms sent to "+p.Mobile+", template 1024, gateway 106900\n"...)
	case 3:
		count["bank_card"]++
		return append(b, "bind card "+p.Card+" for user "+strconv.Itoa(rng.IntN(9_000_000))+", bank=ICBC\n"...)
	case 4:
		count["email"]++
		return append(b, "mail queued to="+p.Email+" subject=welcome size="+strconv.Itoa(rng.IntN(90_000))+"\n"...)
	}
	count["mobile"]++
	return append(b, "INSERT INTO t_contact (id, name, phone, city) VALUES (1"+strconv.Itoa(3_000_000_000+rng.IntN(6_000_000_000))+", '"+p.Name+"', '"+p.Mobile+"', 310000)\n"...)
}

var textNames = [...]string{"text: ID, mobile, card, e-mail", "text: every kind"}

// textContests compares the scanner with a search for one pattern and for four.
func textContests(ctx context.Context) ([]contest, func(), error) {
	dir, err := os.MkdirTemp("", "bench-text-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { os.RemoveAll(dir) }
	log := filepath.Join(dir, "app.log")
	truth, size, err := createLog(log)
	if err != nil {
		remove()
		return nil, nil, err
	}
	four, all, err := scanners()
	if err != nil {
		remove()
		return nil, nil, err
	}
	c := contest{name: textNames[0], work: float64(size) / 1e9, unit: "GB", goal: 1.2, oneCore: true,
		note: fmt.Sprintf("a log of %d MiB, %d lines with personal data, one core", size>>20, truth.lines)}
	c.contenders = append(c.contenders, contender{name: "waybill", run: scanLog(four, log, truth.kinds, fourKinds)})
	const ripgrep, hyperscan = "ripgrep, one ID pattern", "Hyperscan, four patterns"
	if rg, err := exec.LookPath("rg"); err == nil {
		c.contenders = append(c.contenders, contender{name: ripgrep, goal: 2, run: searcher(rg, "-j1", "-c", "--no-mmap", `[0-9]{17}[0-9Xx]`, log)})
	} else {
		c.absent = append(c.absent, absent{ripgrep, "no rg; on Debian or Ubuntu: sudo apt-get install ripgrep"})
	}
	if hs, err := buildHyperscan(ctx, dir); err == nil {
		c.contenders = append(c.contenders, contender{name: hyperscan, goal: 4, run: searcher(hs, log)})
	} else {
		c.absent = append(c.absent, absent{hyperscan, err.Error() + "; on Debian or Ubuntu: sudo apt-get install gcc libhyperscan-dev"})
	}
	every := contest{name: textNames[1], work: c.work, unit: c.unit, goal: 0.2,
		contenders: []contender{{name: "waybill", run: scanLog(all, log, truth.kinds, fourKinds)}}}
	return []contest{c, every}, remove, nil
}

func createLog(path string) (logTruth, int64, error) {
	f, err := os.Create(path)
	if err != nil {
		return logTruth{}, 0, err
	}
	truth, err := writeLog(f, logBytes, 1)
	info, statErr := f.Stat()
	if err = errors.Join(err, statErr, f.Close()); err != nil {
		return truth, 0, err
	}
	return truth, info.Size(), nil
}

// scanners returns one for the four kinds and one for all.
func scanners() (four, all text.Scanner, err error) {
	list := detectors.All()
	every, err := detect.NewSet(list...)
	if err != nil {
		return four, all, err
	}
	var few []detect.Detector
	for _, k := range fourKinds {
		few = append(few, every.Kind(k))
	}
	set, err := detect.NewSet(few...)
	if err != nil {
		return four, all, err
	}
	return text.New(set), text.New(every), nil
}

// scanLog reads the file in blocks of whole lines and scans them. What it finds
// must be the truth.
func scanLog(s text.Scanner, path string, truth map[string]int, kinds []string) func(context.Context) (usage, error) {
	buf := make([]byte, 256<<10)
	var spans []text.Span
	return func(context.Context) (usage, error) {
		found := map[string]int{}
		u, err := here(func() error {
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			return eachBlock(f, buf, func(block []byte) {
				spans = s.Scan(spans[:0], block)
				for i := range spans {
					found[spans[i].Kind]++
				}
			})
		})
		for _, k := range kinds {
			if err == nil && found[k] != truth[k] {
				err = fmt.Errorf("found %d of %s, wrote %d", found[k], k, truth[k])
			}
		}
		return u, err
	}
}

// eachBlock calls do with runs of whole lines, as many as fit in buf.
func eachBlock(r io.Reader, buf []byte, do func([]byte)) error {
	have := 0
	for {
		n, err := r.Read(buf[have:])
		have += n
		end := bytes.LastIndexByte(buf[:have], '\n') + 1
		if err == io.EOF || end == 0 && have == len(buf) {
			end = have
		}
		do(buf[:end])
		have = copy(buf, buf[end:have])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// searcher runs a rival, which prints how many it found; none is an error.
func searcher(name string, args ...string) func(context.Context) (usage, error) {
	return func(ctx context.Context) (usage, error) {
		u, out, err := program(ctx, false, name, args...)
		if err != nil {
			return u, err
		}
		if n, err := strconv.Atoi(strings.TrimSpace(string(out))); err != nil || n == 0 {
			return u, errors.New("found nothing")
		}
		return u, nil
	}
}

// buildHyperscan compiles the rival that needs a C compiler and a library.
func buildHyperscan(ctx context.Context, dir string) (string, error) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		return "", errors.New("no C compiler")
	}
	bin := filepath.Join(dir, "hs")
	cmd := exec.CommandContext(ctx, gcc, "-O2", "-o", bin, "-x", "c", "-", "-lhs")
	cmd.Stdin = strings.NewReader(hyperscanSource)
	if err := cmd.Run(); err != nil {
		return "", errors.New("no library libhs")
	}
	return bin, nil
}
