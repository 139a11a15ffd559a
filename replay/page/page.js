'use strict';
// The page's behaviour. All text of the log goes through textContent or the canvas, never
// through markup; instants are handled as BigInt nanoseconds, since they exceed 2^53.
// Ids too, hence they are made strings before they are parsed: single ones, and those of joined tasks.
const data = JSON.parse(
    document.getElementById('data')
        .textContent.replace(/"(span|id|task|resource)":(\d+)/g, '"$1":"$2"')
        .replace(/"tasks":\[[\d,]+\]/g, (list) => list.replace(/\d+/g, '"$&"')));
const $ = (id) => document.getElementById(id);

// Text of the log as it can be shown: what would move the cursor, turn the line round or not be seen
// at all stands there by its number.
function visible(text) {
  return text.replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
      (c) => `\\u{${c.charCodeAt(0).toString(16)}}`);
}

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on'))
      element.addEventListener(key.slice(2), value);
    else
      element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined)
                     .map((child) => typeof child === 'string' ? visible(child) : child));
  return element;
}

// Nanoseconds as people read them: three digits, and none that the log's clock did not measure. The
// same as the text views print.
function duration(ns, resolution = data.summary.coverage.resolution_ns ?? 1) {
  if (ns === null) return '–';
  ns = Math.max(ns, 0);
  if (ns < resolution && resolution >= 1e6) return `<${duration(resolution, resolution)}`;
  if (ns >= 60e9) {
    const seconds = Math.floor(ns / 1e9), two = (n) => String(n % 60).padStart(2, '0');
    const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
    if (hours >= 24) return `${Math.floor(hours / 24)}d${String(hours % 24).padStart(2, '0')}h`;
    return hours > 0 ? `${hours}h${two(minutes)}m` : `${minutes}m${two(seconds)}s`;
  }
  if (ns >= 59.95e9) return '1m00s';
  for (const [name, unit] of [['ns', 1], ['µs', 1e3], ['ms', 1e6], ['s', 1e9]]) {
    if (unit < resolution) continue;
    let measured = 0;
    for (let step = unit / 10; step >= resolution; step /= 10) ++measured;
    let decimals = Math.min(ns < 10 * unit ? 2 : ns < 100 * unit ? 1 : 0, measured);
    const steps = () => Math.floor((ns + unit / 10 ** decimals / 2) / (unit / 10 ** decimals));
    if (decimals > 0 && steps() >= 1000) --decimals;
    if (unit < 1e9 && decimals === 0 && steps() >= 1000) continue;
    return (steps() / 10 ** decimals).toFixed(decimals) + name;
  }
}

// A source location: where cargo unpacks crates is the same for all of them and says nothing.
const place = (text) =>
    (text ?? '').replace(/^.*\.cargo\/(registry\/src\/[^/]+|git\/checkouts)\//, '<cargo>/');

// The same in few characters, as the text views do it: directories give way from the right, since
// file and line say most.
function shortPlace(text, most = 36) {
  const whole = place(text);
  if (whole.length <= most) return whole;
  const parts = whole.split('/'), file = parts.pop();
  while (parts.length > 0 && [...parts, '…', file].join('/').length > most) parts.pop();
  return [...parts, '…', file].join('/');
}

const count = (n) => n === null ? '–' : n.toLocaleString('en-US');

// "2026-11-23T12:34:01.926359123Z" as nanoseconds since 1970.
function instant(text) {
  const [seconds, fraction] = text.slice(0, -1).split('.');
  return BigInt(Date.parse(seconds + 'Z')) * 1000000n + BigInt(fraction);
}

const start = data.summary.coverage.first_at ? instant(data.summary.coverage.first_at) : 0n;
const length = data.summary.coverage.last_at ?
    Math.max(1, Number(instant(data.summary.coverage.last_at) - start)) :
    1;

// An instant as people read it: of a log that tells only uptimes, since the program's start.
function moment(text) {
  if (!text || data.summary.coverage.time_base !== 'uptime') return text;
  const ns = instant(text).toString().padStart(10, '0');
  return `+${ns.slice(0, -9)}.${ns.slice(-9)}s`;
}

const nameOf = (task) => task.name?.trim() ? task.name : `(${task.kind ?? 'task'})`;
const label = (task) => `${task.name?.trim() ? task.name : task.kind ?? 'task'} [${task.span}]`;
const taskOf = new Map(data.tasks.tasks.map((task) => [task.span, task]));

function slicesOf(row) {
  const slices = row.slices.map((slice) => {
    const begin = Number(instant(slice.at) - start);
    return {activity: slice.activity, begin, end: begin + slice.duration_ns};
  });
  // Where the log does not tell destructions from polls, the task's count does.
  const polls = slices.filter((slice) => slice.activity === 'poll');
  const counted = taskOf.get(row.span)?.polls;
  if (!data.summary.coverage.facts.destroys && counted && polls.length === counted + 1) {
    polls.at(-1).activity = 'destroy';
  }
  return slices;
}
const rows = data.timeline.rows.map((row) => ({...row, slices: slicesOf(row)}));

function showCoverage() {
  const c = data.summary.coverage;
  document.title = `ari: ${c.path}`;
  $('program').textContent = c.program ?? c.path.slice(c.path.lastIndexOf('/') + 1);
  $('log').textContent =
      `${c.path}, ${c.format}, ${moment(c.first_at) ?? 'no event'}, ${duration(length)}, ` +
      `${data.summary.semantics} times`;
  $('waits-at').textContent = `as of ${moment(c.as_of) ?? 'the end of the log'}`;
  const lines = [[`${count(c.events)} events in ${count(c.lines)} lines`, false]];
  if (c.as_of) lines.push([`all but the timeline is as of ${moment(c.as_of)}`, false]);
  if (c.events_lost > 0) {
    lines.push(
        [`${count(c.events_lost)} events were lost: counts are lower bounds, times may be off`, true]);
  }
  if (c.time_base === 'uptime') {
    lines.push(["the log's times count from the program's start", false]);
  }
  if (c.lines_other > 0) {
    lines.push([
      `${count(c.lines_other)} lines are no part of the log: what the program prints itself`, false
    ]);
  }
  if (c.spans_in_gaps > 0) {
    lines.push([
      `lines are missing within the log: ${count(c.spans_in_gaps)} spans began in what is not there`,
      true
    ]);
  }
  if (c.lines_skipped > 0) lines.push([`${count(c.lines_skipped)} lines could not be read`, true]);
  if (c.torn)
    lines.push(['the last line is cut: the program died, or is still writing', true]);
  else if (c.orderly_end === false) {
    lines.push(['the log does not end in good order: the program died, or is still writing', true]);
  }
  if (c.exits_without_enter > 0) {
    lines.push([`${count(c.exits_without_enter)} polls without their beginning`, true]);
  }
  const i = c.inferred;
  if (i && i.wakers_joined + i.wakers_left_out > 0) {
    lines.push([
      `inferred: whose waker ${count(i.wakers_joined + i.wakers_left_out)} events are about, ${
          count(i.wakers_left_out)} left out`,
      i.wakers_left_out > 0
    ]);
  }
  if (i && i.lines_guessed > 0) {
    lines.push([
      `inferred: which of several spans that look alike, of ${
          count(i.lines_guessed)} lines by their order only`,
      false
    ]);
  }
  if (i && i.tasks_timed_by_close > 0) {
    lines.push([
      `inferred: how long ${
          count(i.tasks_timed_by_close)} tasks were busy, from the times in fmt's close lines`,
      false
    ]);
  }
  if (i && i.tasks_unlike_close > 0) {
    lines.push([
      `the polls of ${count(i.tasks_unlike_close)} tasks come to another time than fmt's close ` +
          'lines tell: lines are missing',
      true
    ]);
  }
  if (c.wakes_unclear > 0) {
    lines.push([`by whom tasks are woken cannot be told of ${count(c.wakes_unclear)} wakes`, false]);
  }
  const lacks = Object.entries(c.facts).filter(([, told]) => !told).map(([fact]) => fact);
  if (lacks.length > 0) lines.push([`the format does not tell: ${lacks.join(', ')}`, false]);
  for (const [text, bad] of lines) {
    $('coverage').append(make('li', bad ? {class: 'bad'} : {}, text));
  }
}

function showOverview() {
  const s = data.summary;
  const card = (figure, text) =>
      $('overview')
          .append(make('div', {class: 'card'}, make('b', {}, figure), make('span', {}, text)));
  card(count(s.tasks.count), 'tasks');
  let untold = s.tasks.count;
  for (const [state, n] of Object.entries(s.tasks.by_state)) {
    if (n > 0) card(count(n), state);
    untold -= n ?? 0;
  }
  if (untold > 0) card(count(untold), 'in a state that is not told');
  card(duration(s.poll_times.count > 0 ? s.poll_times.max_ns : null), 'longest poll');
  card(duration(s.poll_times.count > 0 ? s.poll_times.p99_ns : null), 'poll, 99th percentile');
  card(
      duration(s.scheduled_times.count > 0 ? s.scheduled_times.max_ns : null), 'longest scheduled');
  card(
      duration(s.scheduled_times.count > 0 ? s.scheduled_times.p99_ns : null),
      'scheduled, 99th percentile');
  const late = s.timers?.late_times;
  if (late?.max_ns > 0) card(duration(late.max_ns), 'latest timer');
}

function linesOf(f) {
  return f.first_line === f.last_line ? `line ${f.first_line}` :
                                        `lines ${f.first_line} to ${f.last_line}`;
}

// Findings that say the same of several tasks, said once. `about`: that task goes unnamed.
function findingGroup(findings, about) {
  const f = findings[0];
  const who = make('div');
  for (const one of findings.slice(0, 20)) {
    const task = taskOf.get(one.span);
    if (who.childNodes.length > 0) who.append(', ');
    if (task === about && about) continue;
    who.append(
        task ? make('button', {class: 'link', onclick: () => showTask(task)}, label(task)) :
               `span ${one.span}`,
        make('span', {class: 'hint'}, ` (${linesOf(one)})`));
  }
  if (findings.length > 20) who.append(`, ${count(findings.length - 20)} more`);
  if (about) who.append(make('span', {class: 'hint'}, linesOf(f)));
  return make(
      'div', {class: `finding ${f.status}`}, make('b', {}, f.lint), ` (${f.status}): ${f.message}`,
      who);
}

function showFindings() {
  const groups = new Map();
  for (const f of data.lint.findings) {
    const key = `${f.lint} ${f.status} ${f.message}`;
    groups.set(key, [...(groups.get(key) ?? []), f]);
  }
  if (groups.size === 0) $('findings').append(make('p', {}, 'none'));
  for (const group of [...groups.values()].slice(0, 200)) {
    $('findings').append(findingGroup(group));
  }
  if (groups.size > 200) {
    $('findings').append(make('p', {class: 'hint'}, `${count(groups.size - 200)} more`));
  }
}

// The timeline: a canvas as wide as the page and as high as its rows.
const Timeline = {
  rowHeight: 18,
  labelWidth: 190,
  axisHeight: 24,
  view: {begin: 0, end: length},
  drag: null,

  begin() {
    this.box = $('timeline');
    this.canvas = this.box.querySelector('canvas');
    this.canvas.addEventListener('wheel', (e) => this.zoom(e), {passive: false});
    this.canvas.addEventListener('pointerdown', (e) => {
      this.drag = {x: e.offsetX, view: {...this.view}, moved: false};
      this.canvas.setPointerCapture(e.pointerId);
    });
    this.canvas.addEventListener('pointermove', (e) => this.move(e));
    this.canvas.addEventListener('pointerup', (e) => {
      const row = this.rowAt(e.offsetY);
      if (this.drag && !this.drag.moved && row && taskOf.has(row.span))
        showTask(taskOf.get(row.span));
      this.drag = null;
    });
    this.canvas.addEventListener('dblclick', () => this.look(0, length));
    this.canvas.addEventListener('keydown', (e) => this.key(e));
    this.canvas.addEventListener('pointerleave', () => {
      $('tip').hidden = true;
    });
    new ResizeObserver(() => this.draw()).observe(this.box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    this.draw();
  },

  look(begin, end) {
    const span = Math.min(Math.max(end - begin, 100), length);
    begin = Math.min(Math.max(begin, 0), length - span);
    this.view = {begin, end: begin + span};
    this.draw();
  },
  rowAt(y) {
    return y < this.axisHeight ? undefined :
                                 rows[Math.floor((y - this.axisHeight) / this.rowHeight)];
  },
  plotWidth() { return Math.max(50, this.box.clientWidth - this.labelWidth); },
  timeAt(x) {
    return this.view.begin +
        (x - this.labelWidth) / this.plotWidth() * (this.view.end - this.view.begin);
  },

  zoom(e) {
    if (e.offsetX < this.labelWidth) return;  // over the labels the wheel scrolls
    e.preventDefault();
    const at = this.timeAt(e.offsetX), factor = Math.exp(e.deltaY * 0.002);
    this.look(at - (at - this.view.begin) * factor, at + (this.view.end - at) * factor);
  },
  key(e) {
    const {begin, end} = this.view, tenth = (end - begin) / 10;
    const looks = {
      ArrowLeft: [begin - tenth, end - tenth],
      ArrowRight: [begin + tenth, end + tenth],
      '+': [begin + tenth, end - tenth],
      '-': [begin - tenth, end + tenth],
      '0': [0, length],
    };
    if (!looks[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    this.look(...looks[e.key]);
  },
  move(e) {
    if (this.drag) {
      const shift = (this.drag.x - e.offsetX) / this.plotWidth() *
          (this.drag.view.end - this.drag.view.begin);
      if (Math.abs(e.offsetX - this.drag.x) > 3) this.drag.moved = true;
      if (this.drag.moved) this.look(this.drag.view.begin + shift, this.drag.view.end + shift);
      return;
    }
    const row = this.rowAt(e.offsetY), tip = $('tip');
    const at = this.timeAt(e.offsetX);
    const slice = row && e.offsetX >= this.labelWidth ?
        row.slices.find((s) => s.begin <= at && at < Math.max(s.end, s.begin + 1)) :
        undefined;
    tip.hidden = !row;
    if (!row) return;
    tip.textContent = slice ?
        `${row.label}\n${slice.activity} for ${duration(slice.end - slice.begin)}, from ${
            duration(Math.round(slice.begin))}` :
        row.label;
    tip.style.left = `${Math.min(e.offsetX + 14, this.box.clientWidth - 260)}px`;
    tip.style.top = `${e.offsetY + 14}px`;
  },

  draw() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const width = this.box.clientWidth, height = this.axisHeight + rows.length * this.rowHeight;
    const scale = devicePixelRatio || 1;
    // A canvas has a largest height; what is below it could not be drawn anyway.
    const shown = Math.min(height, 16000);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${shown}px`;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(shown * scale);
    const g = this.canvas.getContext('2d');
    g.scale(scale, scale);
    g.font = '12px system-ui, \'DejaVu Sans\', sans-serif';
    g.textBaseline = 'middle';
    this.drawAxis(g, colour, shown);
    const plot = this.plotWidth(), view = this.view, span = view.end - view.begin;
    rows.forEach((row, i) => {
      const y = this.axisHeight + i * this.rowHeight;
      if (y > shown) return;
      const x = (t) => this.labelWidth + (t - view.begin) / span * plot;
      for (const activity of ['idle', 'scheduled', 'poll', 'destroy']) {
        g.fillStyle = colour(activity === 'destroy' ? 'poll' : activity);
        const thin = activity === 'idle' ? 7 : 2;
        let drawn = -1;  // the last pixel that is filled: no need to fill it again
        for (let k = this.firstVisible(row.slices); k < row.slices.length; ++k) {
          const s = row.slices[k];
          if (s.begin > view.end) break;
          if (s.activity !== activity) continue;
          const left = Math.max(x(s.begin), this.labelWidth);
          const right = Math.max(Math.min(x(s.end), width), left + 1);
          if (right <= drawn + 1) continue;
          g.fillRect(left, y + thin, right - left, this.rowHeight - 2 * thin);
          drawn = Math.floor(right) - 1;
        }
      }
      g.fillStyle = colour('ground');
      g.fillRect(0, y, this.labelWidth, this.rowHeight);
      g.fillStyle = colour(row.group === 'tasks' ? 'text' : 'dim');
      g.fillText(this.fit(g, row.label), 8, y + this.rowHeight / 2);
    });
  },
  // Slices are in order of time: the first that ends within the view.
  firstVisible(slices) {
    let low = 0, high = slices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (slices[middle].end < this.view.begin)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  },
  drawAxis(g, colour, height) {
    const span = this.view.end - this.view.begin, plot = this.plotWidth();
    const least = span / Math.max(1, plot / 110);
    let step = 1;
    for (let i = 0; step < least; ++i) step *= i % 3 === 1 ? 2.5 : 2;
    g.fillStyle = colour('dim');
    g.strokeStyle = colour('line');
    for (let t = Math.ceil(this.view.begin / step) * step; t <= this.view.end; t += step) {
      const x = this.labelWidth + (t - this.view.begin) / span * plot;
      g.beginPath();
      g.moveTo(x, 4);
      g.lineTo(x, height);
      g.stroke();
      const text = t === 0 ? '0' : duration(Math.round(t), 1).replace(/\.0+(?=\D)/, '');
      const width = g.measureText(text).width;
      g.fillText(text, x + 4 + width > this.labelWidth + plot ? x - 4 - width : x + 4, 11);
    }
  },
  fit(g, text) {
    if (g.measureText(text).width <= this.labelWidth - 14) return text;
    const id = text.slice(text.lastIndexOf(' ['));
    let name = text.slice(0, text.length - id.length);
    while (name.length > 1 && g.measureText(`${name}…${id}`).width > this.labelWidth - 14) {
      name = name.slice(0, -1);
    }
    return `${name}…${id}`;
  },
};

// The task table: a click on a column's head sorts by it, another the other way round.
const kRowsShown = 500;
const columns = [
  {title: 'Span', key: (t) => BigInt(t.span), number: true},
  {title: 'Name', key: nameOf},
  {title: 'State', key: (t) => t.state ?? '–'},
  {title: 'Total', key: (t) => t.total_ns, text: duration, number: true},
  {title: 'Busy', key: (t) => t.busy_ns, text: duration, number: true},
  {title: 'Scheduled', key: (t) => t.scheduled_ns, text: duration, number: true},
  {title: 'Idle', key: (t) => t.idle_ns, text: duration, number: true},
  {title: 'Polls', key: (t) => t.polls, text: count, number: true},
  {title: 'Wakes', key: (t) => t.wakes, text: count, number: true},
  {title: 'Self-wakes', key: (t) => t.self_wakes, text: count, number: true},
  {title: 'Warnings', key: (t) => t.warnings.join(', ')},
  {title: 'Location', key: (t) => place(t.location), text: shortPlace},
];
const order = {
  column: columns[3],
  down: true
};

function showTasks() {
  const wanted = $('filter').value.trim().toLowerCase();
  const matches = data.tasks.tasks.filter((t) => wanted === '' || [
    t.name, t.kind, t.state, t.location, t.span
  ].some((text) => text?.toLowerCase().includes(wanted)));
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  matches.sort((a, b) => compare(order.column.key(a), order.column.key(b)) * (order.down ? -1 : 1));
  const head = make('tr');
  for (const column of columns) {
    const sorted = column === order.column;
    head.append(make(
        'th', {
          class: column.number ? 'number' : '',
          'aria-sort': sorted ? (order.down ? 'descending' : 'ascending') : 'none'
        },
        make(
            'button', {
              onclick: () => {
                order.down = sorted ? !order.down : Boolean(column.number);
                order.column = column;
                showTasks();
                document.querySelectorAll('#tasks th button')[columns.indexOf(column)].focus();
              }
            },
            column.title + (sorted ? (order.down ? ' ▾' : ' ▴') : ''))));
  }
  document.querySelector('#tasks thead').replaceChildren(head);
  document.querySelector('#tasks tbody')
      .replaceChildren(...matches.slice(0, kRowsShown).map((task) => {
        const row = make('tr');
        for (const column of columns) {
          const key = column.key(task), text = (column.text ?? String)(key);
          const whole = column.text === shortPlace && key !== text;
          const bad = column.title === 'Warnings' ? 'bad' : '';
          row.append(make(
              'td', {class: column.number ? 'number' : bad, title: whole ? key : text.length > 40 ? text : ''},
              column.title === 'Name' ?
                  make('button', {class: 'link', onclick: () => showTask(task)}, text) :
                  text));
        }
        return row;
      }));
  $('more').textContent = matches.length > kRowsShown ?
      `${count(matches.length - kRowsShown)} more: narrow the filter` :
      `${count(matches.length)} of ${count(data.tasks.tasks.length)}`;
}

// Durations sorted into steps of 1, 2, 5, 10, … ns.
function histogram(durations, title, kind) {
  const steps = new Map();
  for (const ns of durations) {
    let step = 1;
    for (let i = 0; step * (i % 3 === 1 ? 2.5 : 2) <= ns; ++i) step *= i % 3 === 1 ? 2.5 : 2;
    steps.set(ns === 0 ? 0 : step, (steps.get(ns === 0 ? 0 : step) ?? 0) + 1);
  }
  const most = Math.max(...steps.values(), 1);
  const chart = make('div', {class: `chart ${kind}`});
  for (const [step, n] of [...steps].sort((a, b) => a[0] - b[0])) {
    const bar = make('i');
    bar.style.width = `${100 * n / most}%`;
    chart.append(
        make('span', {}, step === 0 ? '0' : `from ${duration(step, 1)}`), make('span', {}, bar),
        make('span', {}, count(n)));
  }
  return make('div', {}, make('h3', {}, `${title} (${count(durations.length)})`), chart);
}

function showTask(task) {
  const dialog = $('task');
  const list = make('dl');
  const add = (name, value) => {
    if (value !== null && value !== undefined && value !== '')
      list.append(make('dt', {}, name), make('dd', {}, String(value)));
  };
  add('state', task.state);
  add('kind', task.kind);
  add('task.id', task.id);
  add('spawned at', task.location);
  add('target', task.target);
  add('created', moment(task.created_at));
  add('dropped', moment(task.dropped_at));
  for (const key of ['total', 'busy', 'scheduled', 'idle']) add(key, duration(task[`${key}_ns`]));
  add('polls', count(task.polls));
  add('wakes', `${count(task.wakes)}, of these self-wakes ${count(task.self_wakes)}`);
  add('wakers',
      `${count(task.waker_clones)} cloned, ${count(task.waker_drops)} dropped, ${
          task.waker_count === null ? '–' : count(task.waker_count)} left`);
  for (const [name, value] of Object.entries(task.fields)) add(name, value);
  const slices = rows.filter((row) => row.group === 'tasks' && row.span === task.span)
                     .flatMap((row) => row.slices);
  const of = (activity) =>
      slices.filter((s) => s.activity === activity).map((s) => s.end - s.begin);
  const mine = data.lint.findings.filter((f) => f.tasks.includes(task.span));
  dialog.replaceChildren(
      make(
          'header', {}, make('h2', {}, label(task)),
          make('button', {class: 'close', onclick: () => dialog.close()}, 'Close')),
      ...mine.map((f) => findingGroup([f], f.span === task.span ? task : undefined)), list,
      make(
          'div', {class: 'charts'}, histogram(of('poll'), 'Polls', 'polls'),
          histogram(of('scheduled'), 'Scheduled', 'waits')));
  if (!dialog.open) dialog.showModal();
  history.replaceState(null, '', `#span=${task.span}`);  // so that a link leads here
}

const leftOut = data.timeline.rows_left_out;
if (leftOut > 0) {
  $('timeline')
      .after(
          make('p', {class: 'hint'}, `${count(leftOut)} of the least busy rows have no room here`));
}
showCoverage();
showOverview();
showFindings();
Timeline.begin();
showWaits();
$('filter').addEventListener('input', showTasks);
showTasks();
$('task').addEventListener('close', () => history.replaceState(null, '', '#'));
function followLink() {
  const linked = taskOf.get(location.hash.replace('#span=', ''));
  if (linked) showTask(linked);
}
addEventListener('hashchange', followLink);
followLink();
