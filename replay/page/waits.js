// Who waits for whom, as of the end of the log or the instant that the page is of: a drawing of
// tasks that join each other and locks, each to the left of what it waits for, and a table of all waits. Functions
// only: page.js, which stands before, calls showWaits().

// The graph: {nodes: Map of {key, label, about, task, bad}, edges: [{from, to, text, bad}]}.
// Of many tasks on one lock that are part of nothing else some are drawn, and one box for the rest.
function waitGraph() {
  const nodes = new Map(), edges = [];
  const node = (key, properties) => {
    if (!nodes.has(key)) nodes.set(key, {key, bad: false, ...properties});
    return nodes.get(key);
  };
  const taskNode = (span) => span === null ?
      node('task ?', {label: 'not told', about: 'who holds it'}) :
      node(`task ${span}`, {
        label: taskOf.has(span) ? label(taskOf.get(span)) : `[${span}]`,
        about: place(taskOf.get(span)?.location),
        task: taskOf.get(span)
      });
  const locks = new Map();
  for (const wait of data.waits.waits) {
    if (wait.holders === null) continue;
    const lock = locks.get(wait.resource) ?? {wait, waiters: []};
    lock.waiters.push(wait);
    locks.set(wait.resource, lock);
  }
  const waiting = new Set(data.waits.waits.filter((w) => w.holders !== null).map((w) => w.task));
  const holding = new Set(
      [...locks.values()].flatMap((lock) => lock.wait.holders.map((h) => h.task)));
  const kShown = 6, kLocks = 40, kJoins = 40;
  // Those that lead further, and some of the others; how many are left.
  const some = (list, leadsOn) => {
    const further = list.filter(leadsOn), ends = list.filter((one) => !leadsOn(one));
    const shown = ends.length > kShown ? ends.slice(0, kShown - 1) : ends;
    return {shown: [...further, ...shown], left: ends.length - shown.length};
  };
  const joins = data.waits.waits.filter((w) => w.joins !== null);
  const joined = new Set(joins.flatMap((w) => w.joins.tasks));
  const waits = new Set(data.waits.waits.map((w) => w.task));
  // Those first that are a part of something longer.
  const leads = (w) => joined.has(w.task) || holding.has(w.task) ||
      w.joins.tasks.some((task) => waits.has(task));
  const byLength = [...joins.filter(leads), ...joins.filter((w) => !leads(w))];
  for (const wait of byLength.slice(0, kJoins)) {
    const shown = wait.joins.tasks.slice(0, kShown);
    const how = wait.joins.count === 1 ? 'joins' : wait.joins.needs_all ? 'all of' : 'any of';
    for (const task of shown) {
      edges.push({from: taskNode(wait.task), to: taskNode(task), text: how});
    }
    if (wait.joins.count > shown.length) {
      const label = `${count(wait.joins.count - shown.length)} more tasks`;
      edges.push({from: taskNode(wait.task), to: node(`joined ${wait.task}`, {label, about: ''}),
                  text: how});
    }
  }
  const byWaiters = [...locks].sort((a, b) => b[1].waiters.length - a[1].waiters.length);
  for (const [span, {wait, waiters}] of byWaiters.slice(0, kLocks)) {
    const lock = node(
        `lock ${span}`,
        {label: `${wait.concrete_type ?? 'lock'} [${span}]`, about: place(wait.location), lock: true});
    const before = some(waiters, (w) => holding.has(w.task));
    for (const w of before.shown) {
      edges.push({from: taskNode(w.task), to: lock, text: duration(w.waited_ns)});
    }
    if (before.left > 0) {
      const rest = node(`waiting ${span}`, {label: `${count(before.left)} more tasks`, about: ''});
      edges.push({from: rest, to: lock, text: ''});
    }
    const after = some(wait.holders, (h) => waiting.has(h.task));
    after.left += wait.holders_left_out ?? 0;
    for (const h of after.shown) {
      edges.push({from: lock, to: taskNode(h.task), text: h.is_certain ? 'held by' : 'perhaps'});
    }
    if (after.left > 0) {
      const rest = node(`holding ${span}`, {label: `${count(after.left)} more tasks`, about: ''});
      edges.push({from: lock, to: rest, text: ''});
    }
  }
  markCircles(nodes, edges);
  const left = Math.max(0, byWaiters.length - kLocks) + Math.max(0, byLength.length - kJoins);
  return {nodes, edges, left};
}

function markCircles(nodes, edges) {
  for (const deadlock of data.waits.deadlocks) {
    const circle = new Set(
        deadlock.links.flatMap((link) => [`task ${link.task}`, `lock ${link.resource}`]));
    for (const key of circle)
      if (nodes.has(key)) nodes.get(key).bad = true;
    for (const edge of edges)
      edge.bad ||= circle.has(edge.from.key) && circle.has(edge.to.key);
  }
}

// Gives each node its column, one further right than all that lead to it but for those that close
// a circle, and its row.
function layOut({nodes, edges}) {
  const out = new Map([...nodes.values()].map((node) => [node, []]));
  for (const edge of edges) out.get(edge.from).push(edge);
  const targets = new Set(edges.map((edge) => edge.to));
  const done = [], seen = new Map();  // 1: on the way, 2: done
  const visit = (from) => {
    const path = [[from, 0]];
    seen.set(from, 1);
    while (path.length > 0) {
      const top = path.at(-1), edge = out.get(top[0])[top[1]++];
      if (!edge) {
        seen.set(top[0], 2);
        done.push(path.pop()[0]);
      } else if (seen.get(edge.to) === 1) {
        edge.back = true;
      } else if (!seen.has(edge.to)) {
        seen.set(edge.to, 1);
        path.push([edge.to, 0]);
      }
    }
  };
  const all = [...nodes.values()];
  for (const node of [...all.filter((n) => !targets.has(n)), ...all.filter((n) => !n.lock), ...all])
    if (!seen.has(node)) visit(node);
  for (const node of all) node.column = 0;
  for (const node of done.reverse()) {
    for (const edge of out.get(node))
      if (!edge.back) edge.to.column = Math.max(edge.to.column, node.column + 1);
  }
  const columns = [];
  for (const node of all) {
    columns[node.column] ??= 0;
    node.row = columns[node.column]++;
  }
  return {columns: columns.length, rows: Math.max(...columns.map((n) => n ?? 0), 1)};
}

function drawWaits(graph, namespace) {
  const kBox = {width: 190, height: 42}, kStep = {x: 260, y: 62}, kLetters = 26;
  const size = layOut(graph);
  const svg = (name, attributes, ...children) => {
    const element = document.createElementNS(namespace, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children.map((child) => typeof child === 'string' ? visible(child) : child));
    return element;
  };
  const short = (text, most) => text.length <= most ?
      text :
      `${text.slice(0, Math.ceil(most / 2) - 1)}…${text.slice(text.length - Math.floor(most / 2))}`;
  const x = (node) => 4 + node.column * kStep.x, y = (node) => 8 + node.row * kStep.y;
  const width = (size.columns - 1) * kStep.x + kBox.width + 8;
  const height = size.rows * kStep.y + 40;
  const arrow = (id) => svg(
      'marker',
      {
        id,
        viewBox: '0 0 8 8',
        refX: 8,
        refY: 4,
        markerWidth: 10,
        markerHeight: 10,
        markerUnits: 'userSpaceOnUse',
        orient: 'auto'
      },
      svg('path', {d: 'M0,0 L8,4 L0,8 z', class: id}));
  const drawing = svg(
      'svg', {viewBox: `0 0 ${width} ${height}`, width, height, role: 'img'},
      svg('title', {}, 'who waits for whom'), svg('defs', {}, arrow('tip-good'), arrow('tip-bad')));
  const texts = [];
  for (const edge of graph.edges) {
    const from = {x: x(edge.from) + kBox.width, y: y(edge.from) + kBox.height / 2};
    const to = {x: x(edge.to), y: y(edge.to) + kBox.height / 2};
    let path = `M${from.x},${from.y} C${from.x + 40},${from.y} ${to.x - 40},${to.y} ${to.x},${to.y}`;
    // At the task's end of the line: there it is not in the way of another one's.
    let text = edge.to.lock ? {x: from.x + 6, y: from.y - 5, 'text-anchor': 'start'} :
                              {x: to.x - 12, y: to.y - 5, 'text-anchor': 'end'};
    if (edge.back) {  // below all, back to where the circle began
      const left = x(edge.to) + kBox.width / 2, right = x(edge.from) + kBox.width / 2;
      const top = y(edge.from) + kBox.height, end = y(edge.to) + kBox.height, low = height - 12;
      path = `M${right},${top} C${right},${low} ${right},${low} ${(left + right) / 2},${low} ` +
          `S${left},${low} ${left},${end}`;
      text = {x: (left + right) / 2, y: low - 4, 'text-anchor': 'middle'};
    }
    const kind = edge.bad ? 'bad' : 'good';
    drawing.append(svg('path', {d: path, class: `edge ${kind}`, 'marker-end': `url(#tip-${kind})`}));
    texts.push(svg('text', {...text, class: 'edge-text'}, edge.text));
  }
  drawing.append(...texts);  // above all arrows
  for (const node of graph.nodes.values()) {
    const kind = `${node.lock ? 'lock' : 'waiter'}${node.bad ? ' bad' : ''}`;
    const box = svg(
        'g', {class: `node ${kind}`, transform: `translate(${x(node)},${y(node)})`},
        svg('title', {}, `${node.label}${node.about ? `\n${node.about}` : ''}`),
        svg('rect', {...kBox, rx: node.lock ? 2 : 10}),
        svg('text', {x: 10, y: node.about ? 17 : 26}, short(node.label, kLetters)),
        svg('text', {x: 10, y: 33, class: 'about'}, short(node.about, kLetters + 4)));
    if (node.task) {
      box.classList.add('link');
      box.addEventListener('click', () => showTask(node.task));
    }
    drawing.append(box);
  }
  return drawing;
}

function waitsTable() {
  const kRows = 60, kHolders = 3;
  const button = (span) => {
    const task = span === null ? undefined : taskOf.get(span);
    if (!task) return span === null ? 'not told' : `[${span}]`;
    return make('button', {class: 'link', onclick: () => showTask(task)}, label(task));
  };
  const holders = (wait) => {
    const cell = make('td');
    if (wait.holders === null) return cell;
    if (wait.holders.length === 0) cell.append('nobody');
    wait.holders.slice(0, kHolders).forEach((holder, i) => {
      cell.append(i > 0 ? ', ' : '', button(holder.task), holder.is_certain ? '' : ' (perhaps)');
    });
    const left = wait.holders.length - kHolders + (wait.holders_left_out ?? 0);
    if (left > 0) cell.append(`, ${count(left)} more`);
    return cell;
  };
  const waits = data.waits.waits;
  const awaited = (wait) => {
    if (wait.joins === null) {
      return make(
          'td', {},
          wait.resource === null ? 'not told' : `${wait.concrete_type ?? ''} [${wait.resource}]`);
    }
    const {tasks, count: all, needs_all: needsAll} = wait.joins;
    const cell = make('td', {}, all === 1 ? '' : `${needsAll ? 'all' : 'any'} of ${count(all)}: `);
    tasks.slice(0, kHolders).forEach((task, i) => cell.append(i > 0 ? ', ' : '', button(task)));
    const left = all - Math.min(tasks.length, kHolders);
    if (left > 0) cell.append(`${tasks.length > 0 ? ', ' : ''}${count(left)} more`);
    return cell;
  };
  const body = make('tbody', {}, ...waits.slice(0, kRows).map((wait) => make(
      'tr', {}, make('td', {}, button(wait.task)),
      make('td', {class: 'number'}, duration(wait.waited_ns)), make('td', {}, wait.source ?? '–'),
      awaited(wait), make('td', {}, place(wait.location ?? wait.parked_at)), holders(wait))));
  const heads = ['Task', 'For', 'Waits in', 'On', 'Made or parked at', 'Held by'];
  const table = make(
      'table', {},
      make('thead', {},
           make('tr', {},
                ...heads.map((text) => make('th', text === 'For' ? {class: 'number'} : {}, text)))),
      body);
  const left = waits.length - kRows + data.waits.waits_left_out;
  const more = left > 0 ?
      make('p', {class: 'hint'}, `${count(left)} more: see ari-replay waits`) :
      null;
  return [make('div', {class: 'scroll'}, table), more];
}

function awaitedWords(deadlock) {
  const joins = deadlock.links.filter((link) => link.is_join).length;
  return joins === 0 ? 'lock' : joins === deadlock.links.length ? 'end' : 'lock or end';
}

function showWaits() {
  const empty = $('waits').querySelector('svg');  // so that no address need stand in the page
  empty.remove();
  const add = (...what) => $('waits').append(...what.filter((one) => one !== null));
  const c = data.summary.coverage;
  if (!c.facts.resources) {
    add(make('p', {class: 'hint'}, 'The log\'s format does not tell of resources.'));
  }
  for (const deadlock of data.waits.deadlocks) {
    const names = deadlock.links.map((link) => taskOf.get(link.task)).map((t) => t ? label(t) : '?');
    const what = deadlock.status === 'definite' ? 'Deadlock' : 'Perhaps a deadlock';
    add(make('p', {class: 'bad'},
             `${what}: ${[...names, names[0]].join(' → ')}, each waits for the next one's ${
                 awaitedWords(deadlock)}`));
  }
  for (const circle of data.waits.deadlocks_undone.filter((one) => one.status !== 'refuted').slice(0, 20)) {
    const names = circle.tasks.map((span) => taskOf.get(span)).map((t) => t ? label(t) : '?');
    const [since, until] = [circle.since_at, circle.until_at].map((at) => Number(instant(at) - start));
    const what = circle.status === 'definite' ? 'A deadlock' : 'Perhaps a deadlock';
    add(make('p', {class: 'bad'},
             `${what} of ${names.join(', ')} stood for ${duration(until - since)} and came undone: ` +
                 `--at ${((since + until) / 2e6).toFixed(3)}ms shows it`));
  }
  if (data.waits.waits.length === 0) {
    add(make('p', {}, 'nobody waits'));
    return;
  }
  const graph = waitGraph();
  if (graph.edges.length > 0) add(make('div', {class: 'scroll'}, drawWaits(graph, empty.namespaceURI)));
  if (graph.left > 0) add(make('p', {class: 'hint'}, `${count(graph.left)} more waits: see below`));
  add(...waitsTable());
}
