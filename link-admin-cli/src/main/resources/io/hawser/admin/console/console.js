// SPDX-License-Identifier: Apache-2.0
import uPlot from '/uplot.js';

const EACH_MS = 2000;
const MOST_ROWS = 200;
const CHART_S = 1800;
const OLD_MS = 8000;
const RUNS_MS = 700;
const STATES = {
  ACTIVE: 'good', STOPPED: 'rest', PAUSED: 'rest', LINK_PAUSED: 'rest', DISABLED: 'rest', CONNECTING: 'care',
  PENDING_STOPPED: 'care', PENDING_RESTORE: 'care'
};
const STEPS = {
  lagRecords: [1, 2, 5].flatMap(step => [...Array(15).keys()].map(power => step * 10 ** power)).sort((a, b) => a - b),
  lagMs: [100, 500, 1e3, 5e3, 1e4, 3e4, 6e4, 3e5, 6e5, 18e5, 36e5, 216e5, 864e5, 6048e5, 6048e6]
};
const VERBS = {PAUSE: 'Pause', RESUME: 'Resume', PROMOTE: 'Promote', FAILOVER: 'Fail over', REVERSE: 'Reverse'};
const TYPED = new Set(['PROMOTE', 'FAILOVER', 'REVERSE']);

const byId = id => document.getElementById(id);
const selected = new Set();
let state = {links: [], mirrors: []};
let open = null; // {link} or {topic}
let chart = null;

/* Everything that comes from the brokers is text: it is never parsed as HTML. */
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const duration = ms => {
  if (ms < 1000) return Math.round(ms) + 'ms';
  const s = Math.floor(ms / 1000), m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
  return d ? d + 'd' + h % 24 + 'h' : h ? h + 'h' + m % 60 + 'm' : m ? m + 'm' + s % 60 + 's' : s + 's';
};
const ago = moment => duration(Math.max(0, Date.now() - Date.parse(moment))) + ' ago';
const unknown = forMs => forMs === null || forMs === undefined ? 'unknown' : 'unknown (' + duration(forMs) + ')';
const count = value => value.toLocaleString('en');
const stateCell = value => {
  const cell = element('td');
  cell.append(element('span', value, 'state ' + (STATES[value] || 'bad')));
  return cell;
};
const why = reason => {
  const cell = element('td', undefined, 'why');
  if (reason) cell.append(element('strong', reason.code), ': ' + reason.message + '. ' + reason.remedy);
  return cell;
};

/* Rows stay as long as they look the same, so that neither focus nor a selection of text is lost. */
const fill = (body, rows) => {
  const known = new Map([...body.children].map(row => [row.dataset.key, row]));
  let place = body.firstElementChild;
  for (const {key, look, make} of rows) {
    let row = known.get(key);
    known.delete(key);
    if (!row || row.dataset.look !== look) {
      const fresh = make();
      fresh.dataset.key = key;
      fresh.dataset.look = look;
      if (row) {
        const focused = row.contains(document.activeElement) ? document.activeElement.dataset.role : null;
        if (place === row) place = fresh;
        row.replaceWith(fresh);
        if (focused) fresh.querySelector('[data-role="' + focused + '"]')?.focus();
      }
      row = fresh;
    }
    if (row === place) place = place.nextElementSibling;
    else body.insertBefore(row, place);
  }
  known.forEach(row => row.remove());
};

const opener = (name, what) => {
  const cell = element('td', undefined, 'name');
  const button = element('button', name, 'plain');
  button.type = 'button';
  button.dataset.role = 'open';
  button.addEventListener('click', () => show(what));
  cell.append(button);
  return cell;
};

const followers = link => state.mirrors.filter(mirror => mirror.link === link && mirror.state !== 'STOPPED');
const largest = (mirrors, unit) => mirrors.reduce((most, mirror) => mirror[unit] === null ? most : Math.max(most ?? 0, mirror[unit]), null);
const unknownOf = mirrors => mirrors.filter(mirror => mirror.lagRecords === null).length;

/* The largest that is known, and of how many it is not. */
const linkLag = link => {
  const mirrors = followers(link), records = largest(mirrors, 'lagRecords'), ms = largest(mirrors, 'lagMs'), not = unknownOf(mirrors);
  if (mirrors.length === 0) return '–';
  const known = records === null ? '' : count(records) + (ms === null ? '' : ', ' + duration(ms));
  return known + (known && not ? '; ' : '') + (not ? 'unknown of ' + not + (not === 1 ? ' topic' : ' topics') : '');
};

const linkRow = link => {
  const row = element('tr', undefined, open?.link === link.link ? 'chosen' : '');
  const bad = link.tasks.filter(task => task.state === 'FAILED').map(task => task.task);
  row.append(opener(link.link, {link: link.link}), stateCell(link.state),
    element('td', Object.entries(link.mirrorTopics).map(([name, number]) => number + ' ' + name).join(', ') || 'none'),
    element('td', linkLag(link.link), 'number'), element('td', bad.length ? 'failed: ' + bad.join(', ') : 'well', bad.length ? 'bad' : ''), why(link.reason));
  return row;
};

const mirrorRow = mirror => {
  const row = element('tr', undefined, open?.topic === mirror.mirrorTopic ? 'chosen' : '');
  const pick = element('td');
  const box = element('input');
  box.type = 'checkbox';
  box.checked = selected.has(mirror.mirrorTopic);
  box.dataset.role = 'pick';
  box.setAttribute('aria-label', 'Select ' + mirror.mirrorTopic);
  box.addEventListener('change', () => {
    if (box.checked) selected.add(mirror.mirrorTopic); else selected.delete(mirror.mirrorTopic);
    draw();
  });
  pick.append(box);
  const stopped = mirror.state === 'STOPPED';
  const lag = mirror.lagRecords === null ? (stopped ? '–' : unknown(mirror.lagUnknownForMs)) : count(mirror.lagRecords);
  const time = mirror.lagMs === null ? (stopped ? '–' : 'unknown') : duration(mirror.lagMs);
  row.append(pick, opener(mirror.mirrorTopic, {topic: mirror.mirrorTopic}), element('td', mirror.link || '–'), stateCell(mirror.state),
    element('td', lag, 'number'), element('td', time, 'number'), why(mirror.reason));
  return row;
};

const wanted = () => {
  const words = byId('filter').value.trim().toLowerCase();
  const order = {
    topic: (a, b) => a.mirrorTopic.localeCompare(b.mirrorTopic),
    lag: (a, b) => (b.lagRecords ?? Infinity) - (a.lagRecords ?? Infinity) || a.mirrorTopic.localeCompare(b.mirrorTopic),
    state: (a, b) => a.state.localeCompare(b.state) || a.mirrorTopic.localeCompare(b.mirrorTopic)
  }[byId('sort').value];
  return state.mirrors
    .filter(mirror => [mirror.mirrorTopic, mirror.link || '', mirror.state].some(text => text.toLowerCase().includes(words)))
    .sort((a, b) => order(a, b) || 0);
};

const draw = () => {
  const mirrors = wanted();
  const rows = mirrors.slice(0, MOST_ROWS);
  const there = new Set(state.mirrors.map(mirror => mirror.mirrorTopic));
  [...selected].filter(topic => !there.has(topic)).forEach(topic => selected.delete(topic));
  byId('cluster').textContent = state.cluster || '';
  byId('no-links').hidden = state.links.length > 0 || !state.lookedMs;
  fill(byId('links'), state.links.map(link => ({
    key: link.link, look: JSON.stringify([link.state, link.reason, link.mirrorTopics, link.tasks.map(task => task.state), linkLag(link.link), open?.link === link.link]),
    make: () => linkRow(link)
  })));
  fill(byId('mirrors'), rows.map(mirror => ({
    key: mirror.mirrorTopic, look: JSON.stringify([mirror, selected.has(mirror.mirrorTopic), open?.topic === mirror.mirrorTopic]),
    make: () => mirrorRow(mirror)
  })));
  say('shown', mirrors.length > rows.length
    ? 'the first ' + rows.length + ' of ' + mirrors.length + ': filter for others'
    : mirrors.length + ' of ' + state.mirrors.length);
  say('selected', selected.size ? selected.size + ' selected' : 'Select mirror topics to act on them');
  byId('all').checked = rows.length > 0 && rows.every(mirror => selected.has(mirror.mirrorTopic));
  document.querySelectorAll('#actions button').forEach(button => { button.disabled = selected.size === 0; });
  const old = state.lookedMs && Date.now() - state.lookedMs > OLD_MS;
  const problem = state.problem || (old ? 'the brokers do not answer' : '');
  byId('freshness').classList.toggle('stale', Boolean(problem));
  document.querySelector('main').classList.toggle('old', Boolean(problem));
  say('freshness', problem
    ? 'Not known since ' + (state.lookedMs ? new Date(state.lookedMs).toLocaleTimeString('en-GB', {timeZoneName: 'short'}) : 'the start') + ': ' + problem
    : state.lookedMs ? 'As the brokers tell, every 2 s' : 'Asking the brokers…');
};

/* A live region speaks when its text changes, so it is left alone when it does not. */
const say = (id, text) => {
  if (byId(id).textContent !== text) byId(id).textContent = text;
};

const show = what => {
  open = what;
  byId('detail').hidden = !what;
  if (what) {
    byId('detail-title').textContent = what.link ? 'Link ' + what.link : 'Mirror topic ' + what.topic;
    byId('link-detail').hidden = !what.link;
    byId('mirror-detail').hidden = !what.topic;
    byId('partitions').replaceChildren();
    chart?.destroy();
    chart = null;
    say('chart-of', what.link ? 'Largest lag of its mirror topics' : 'Lag');
    byId('detail-title').focus();
  }
  draw();
  detail();
};

const detailHead = (value, reason, rest) => {
  byId('detail-state').replaceChildren(element('span', value, 'state ' + (STATES[value] || 'bad')), ' ' + rest);
  say('detail-reason', reason ? reason.code + ': ' + reason.message + '. ' + reason.remedy : '');
};

const detail = async () => {
  if (open?.link) {
    const link = state.links.find(each => each.link === open.link);
    if (!link) return;
    detailHead(link.state, link.reason, 'to cluster ' + (link.sourceClusterId || 'unknown') + ', '
      + (link.configs['bootstrap.servers'] || 'which connects by itself'));
    fill(byId('tasks'), link.tasks.map(task => ({
      key: task.task, look: JSON.stringify([task, task.lastSuccess && ago(task.lastSuccess)]),
      make: () => {
        const row = element('tr');
        const left = Object.entries(task.exceptions).map(([name, reason]) => name + ': ' + reason).join('; ');
        row.append(element('td', task.task), stateCell(task.state), element('td', task.lastSuccess ? ago(task.lastSuccess) : '–'),
          element('td', Object.entries(task.counts).map(([name, number]) => count(number) + ' ' + name).join(', ')),
          task.reason ? why(task.reason) : element('td', left, 'why'));
        return row;
      }
    })));
    const name = link.link;
    const answer = await fetch('/api/link/' + encodeURIComponent(name));
    if (!answer.ok || open?.link !== name) return;
    const mirrors = followers(name), not = unknownOf(mirrors);
    drawChart((await answer.json()).history, mirrors.length > 0, not ? 'unknown for ' + not + ' of ' + mirrors.length : '');
  } else if (open?.topic) {
    const topic = open.topic;
    const answer = await fetch('/api/mirror/' + encodeURIComponent(topic));
    if (!answer.ok || open?.topic !== topic) return;
    const {mirror, history} = await answer.json();
    detailHead(mirror.state, mirror.reason, 'from ' + (mirror.sourceTopic || 'unknown') + ' over link ' + (mirror.link || 'unknown'));
    fill(byId('partitions'), mirror.partitions.map(each => ({
      key: String(each.partition), look: JSON.stringify(each),
      make: () => {
        const row = element('tr');
        const offset = value => element('td', value === null ? 'unknown' : count(value), 'number');
        row.append(element('td', each.partition, 'number'), stateCell(each.state), element('td', each.leader ?? 'none', 'number'),
          offset(each.sourceHighWatermark), offset(each.logEndOffset),
          element('td', each.lagRecords === null ? unknown(each.lastFetchAgeMs) : count(each.lagRecords), 'number'),
          element('td', each.lagMs === null ? 'unknown' : duration(each.lagMs), 'number'),
          element('td', each.lastFetchAgeMs === null ? 'unknown' : duration(each.lastFetchAgeMs), 'number'), why(each.reason));
        return row;
      }
    })));
    drawChart(history, mirror.state !== 'STOPPED', '');
  }
};

const inUnit = (unit, value) => unit === 'lagMs' ? duration(value) : count(value);

const drawChart = (history, follows, rest) => {
  const unit = byId('unit').value;
  const data = [history.timesSeconds, history[unit]];
  const last = history[unit].at(-1);
  const now = last === undefined || !follows ? '' : last === null ? 'now unknown' : 'now ' + inUnit(unit, last);
  say('chart-says', [now, rest].filter(part => part).join('; '));
  const box = byId('chart');
  if (chart) {
    chart.setData(data);
    return;
  }
  const style = getComputedStyle(document.documentElement);
  const quiet = style.getPropertyValue('--quiet').trim(), line = style.getPropertyValue('--line').trim();
  const axis = {stroke: quiet, grid: {stroke: line, width: 1}, ticks: {stroke: line, width: 1}};
  const clock = seconds => new Date(seconds * 1000).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'});
  chart = new uPlot({
    width: box.clientWidth - 20, height: 190, legend: {show: false}, cursor: {show: false},
    scales: {x: {time: true, range: (plot, first, last) => [last - CHART_S, last]}, y: {range: (plot, low, high) => [0, Math.max(1, high || 0) * 1.1]}},
    axes: [{...axis, incrs: [60, 300], space: 60, values: (plot, splits) => splits.map(clock)}, {...axis, size: 90, incrs: STEPS[unit], values: (plot, splits) => splits.map(value => value ? inUnit(unit, value) : '0')}],
    series: [{}, {stroke: style.getPropertyValue('--accent').trim(), width: 2, spanGaps: false, points: {show: false}}]
  }, data, box);
};
addEventListener('resize', () => chart?.setSize({width: byId('chart').clientWidth - 20, height: 190}));
const drawAnew = () => { chart?.destroy(); chart = null; detail(); };
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAnew);
byId('unit').addEventListener('change', drawAnew);

/* Look first, then type, then go on: the server asks for the same. */
const dialog = byId('dialog');
let asked = null;

const begin = (verb, mirrorTopics, link) => {
  asked = {verb, mirrorTopics, link};
  byId('dialog-title').textContent = VERBS[verb] + ' ' + (mirrorTopics.length === 1 ? mirrorTopics[0]
    : mirrorTopics.length ? mirrorTopics.length + ' mirror topics' : verb === 'REVERSE' ? 'topics over link ' + link : 'all of link ' + link);
  say('command', '');
  say('step', 'See first what would happen.');
  say('told', '');
  byId('answer').hidden = true;
  byId('typing').hidden = true;
  byId('confirmation').value = '';
  byId('planned').checked = false;
  byId('planned-line').hidden = verb !== 'REVERSE';
  byId('link-line').hidden = verb !== 'REVERSE' || mirrorTopics.length === 0;
  byId('reverse-link').replaceChildren(...state.links.map(each => element('option', each.link)));
  const usual = state.mirrors.find(mirror => mirror.mirrorTopic === mirrorTopics[0])?.link;
  if (usual) byId('reverse-link').value = usual;
  byId('go').disabled = true;
  byId('go').textContent = VERBS[verb];
  byId('look').disabled = false;
  dialog.showModal();
  byId('look').focus();
};

const word = () => asked.mirrorTopics.length === 0 ? asked.link
  : asked.mirrorTopics.length === 1 ? asked.mirrorTopics[0] : asked.mirrorTopics.length + ' topics';

const answered = action => {
  say('command', action.command);
  say('told', action.told || '');
  const rows = action.rows === null ? [] : [].concat(action.rows);
  byId('answer').hidden = rows.length === 0;
  const columns = rows.length ? Object.keys(rows[0]).filter(name => rows.some(row => row[name] !== null)) : [];
  const head = element('tr');
  columns.forEach(name => {
    const cell = element('th', name.replace(/([A-Z])/g, ' $1').toLowerCase());
    cell.scope = 'col';
    head.append(cell);
  });
  byId('answer-head').replaceChildren(head);
  byId('answer-rows').replaceChildren(...rows.map(row => {
    const made = element('tr');
    columns.forEach(name => made.append(element('td', text(row[name]))));
    return made;
  }));
};
/* What may be lost or is dropped comes by partition, in records or offsets. */
const text = value => {
  if (value === null || value === undefined) return '';
  if (!Array.isArray(value)) return typeof value === 'object' ? JSON.stringify(value) : String(value);
  const amounts = value.map(each => ({partition: each.partition, amount: each.records ?? each.offsets ?? null}));
  if (amounts.some(each => each.amount === null)) return 'unknown';
  const some = amounts.filter(each => each.amount > 0).map(each => each.partition + ': ' + count(each.amount));
  const all = count(amounts.reduce((sum, each) => sum + each.amount, 0));
  return some.length ? all + ' (partition ' + some.join(', ') + ')' : all;
};

const run = async dryRun => {
  const link = asked.verb === 'REVERSE' && asked.mirrorTopics.length ? byId('reverse-link').value : asked.link;
  const request = {verb: asked.verb, mirrorTopics: asked.mirrorTopics, link, dryRun,
    planned: byId('planned').checked, confirmation: byId('confirmation').value};
  byId('look').disabled = true;
  byId('go').disabled = true;
  say('step', dryRun ? 'Looking…' : 'On its way; it goes on if this page is closed.');
  try {
    const begun = await fetch('/api/actions', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(request)});
    if (!begun.ok) throw new Error(await begun.text());
    let action = await begun.json();
    say('command', action.command);
    while (action.exitCode === null) {
      await new Promise(resolve => setTimeout(resolve, RUNS_MS));
      const next = await fetch('/api/actions/' + action.id);
      if (!next.ok) throw new Error(await next.text());
      action = await next.json();
    }
    answered(action);
    const ended = {0: 'Done.', 1: 'Refused or failed, at least in part.', 2: 'This cannot be meant.', 3: 'Not done in time; the brokers go on with it.'}[action.exitCode];
    say('step', dryRun ? action.exitCode === 0 ? 'This is what would happen. Nothing has changed yet.' : 'Not all of it would succeed. Nothing has changed yet.' : ended);
    if (dryRun) {
      byId('typing').hidden = !TYPED.has(asked.verb);
      byId('word').textContent = word();
      byId('go').disabled = TYPED.has(asked.verb);
      (TYPED.has(asked.verb) ? byId('confirmation') : byId('go')).focus();
    } else {
      byId('typing').hidden = true;
      selected.clear();
      draw();
      byId('leave').focus();
    }
  } catch (failure) {
    say('step', 'link-admin console does not answer as expected: ' + failure.message);
  }
  byId('look').disabled = false;
};

byId('look').addEventListener('click', () => run(true));
byId('go').addEventListener('click', () => run(false));
byId('leave').addEventListener('click', () => dialog.close());
byId('confirmation').addEventListener('input', () => { byId('go').disabled = byId('confirmation').value !== word(); });
byId('confirmation').addEventListener('keydown', event => {
  if (event.key === 'Enter' && !byId('go').disabled) run(false);
});
['planned', 'reverse-link'].forEach(id => byId(id).addEventListener('change', () => {
  byId('go').disabled = true;
  byId('typing').hidden = true;
  say('step', 'See again what would happen.');
}));
document.querySelectorAll('#actions button').forEach(button =>
  button.addEventListener('click', () => begin(button.dataset.verb, [...selected].sort(), '')));
document.querySelectorAll('#link-actions button').forEach(button =>
  button.addEventListener('click', () => begin(button.dataset.verb, [], open.link)));
byId('close-detail').addEventListener('click', () => { show(null); byId('mirrors-title').focus(); });
byId('filter').addEventListener('input', draw);
byId('sort').addEventListener('change', draw);
byId('all').addEventListener('change', event => {
  wanted().slice(0, MOST_ROWS).forEach(mirror => event.target.checked ? selected.add(mirror.mirrorTopic) : selected.delete(mirror.mirrorTopic));
  draw();
});

const look = async () => {
  try {
    const answer = await fetch('/api/state');
    if (!answer.ok) throw new Error(await answer.text());
    state = await answer.json();
  } catch {
    state = {...state, problem: "'link-admin console' has ended, or does not answer"};
  }
  draw();
  await detail().catch(() => {});
  setTimeout(look, EACH_MS);
};
look();
