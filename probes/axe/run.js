// Runs axe-core on the loaded page and hands back only what is stored: rules with the first few elements of each.
async ([tags, perRule, locale]) => {
  if (locale) axe.configure({ locale });
  const results = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations", "incomplete"],
    elementRef: false,
  });
  const cut = (text, size) => (text && text.length > size ? text.slice(0, size) + "…" : text || "");
  const selector = (target) => target.map((part) => (Array.isArray(part) ? part.join(" ") : part)).join(" >>> ");
  const rule = (found) => ({
    id: found.id,
    impact: found.impact || null,
    help: found.help,
    help_url: found.helpUrl,
    tags: found.tags,
    count: found.nodes.length,
    nodes: found.nodes.slice(0, perRule).map((node) => ({
      selector: cut(selector(node.target), 300),
      html: cut(node.html, 300),
      summary: cut(node.failureSummary, 400),
    })),
  });
  return JSON.stringify({
    engine: results.testEngine.version,
    tags,
    violations: results.violations.map(rule),
    incomplete: results.incomplete.map(rule),
    passes: Object.fromEntries(results.passes.map((found) => [found.id, found.nodes.length])),
    inapplicable: results.inapplicable.map((found) => found.id),
  });
};
