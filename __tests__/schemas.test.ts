/** The JSON Schemas agree with `validate`: never stricter, and not looser than JSON Schema must be. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import fc from "fast-check";
import { Files } from "../catalog/files";
import { dataOf, Source } from "../catalog/node";
import { isFault, readYaml } from "../catalog/yaml";
import { jsonOf } from "../editor/json-schema";
import { schemas } from "../editor/schemas";
import { isJson, shapeOf } from "../editor/shape";
import { cidr, ipAddress } from "../kinds/addresses";
import { dataMap } from "../kinds/config-map";
import {
  choice,
  count,
  day,
  flag,
  key,
  list,
  mail,
  name,
  namespacedKey,
  quantity,
  quota,
  secret,
  secretName,
  text,
  texts,
  url,
} from "../kinds/fields";
import { kinds } from "../kinds/kinds";
import { terraformIdentifier } from "../kinds/metadata";
import { kubernetesName } from "../kinds/namespace";
import { UNITS, type Unit } from "../kinds/units";
import { casesIn, loadSite, withSite } from "./case";
import { type Wired, wiredFiles } from "./wired";

const home = join(__dirname, "..");

const units = Object.keys(UNITS).filter((unit): unit is Unit => Object.hasOwn(UNITS, unit));

const made = schemas(kinds, new Map());

const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map([...made].map(([file, json]) => [file, ajv.compile(json)]));

/** What a schema finds wrong with a file; undefined: it is no YAML, of which a schema says nothing. */
function faultsOf(files: Files, { file, schema }: Wired): string[] | undefined {
  const source = files.read(file);
  const node = source instanceof Source ? readYaml(source) : undefined;
  if (!node || isFault(node)) return undefined;
  const validate: ValidateFunction | undefined = validators.get(schema);
  if (!validate) throw new Error(`there is no ${schema}`);
  validate(dataOf(node));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The files with which their schemas find fault. */
function refused(root: string): string[] {
  const files = new Files(root);
  return wiredFiles(root).flatMap((one) =>
    (faultsOf(files, one) ?? []).map((fault) => `${one.file}: ${fault}`),
  );
}

test("those of the repository are current: npm run docs", () => {
  for (const [file, json] of made)
    expect([file, JSON.parse(readFileSync(join(home, "schemas", file), "utf8"))]).toEqual([file, json]);
});

test("every field is described", () => {
  for (const [file, json] of made) expect([file, undescribed(json, "")]).toEqual([file, []]);
});

/** The keys of a schema without a description; what stands below `if` and `then` is told where it is first told. */
function undescribed(json: unknown, path: string): string[] {
  if (Array.isArray(json)) return json.flatMap((one) => undescribed(one, path));
  if (!isJson(json)) return [];
  return Object.entries(json).flatMap(([keyword, value]) => {
    if (keyword === "if" || keyword === "then" || keyword === "examples") return [];
    if (keyword !== "properties" || !isJson(value)) return undescribed(value, path);
    return Object.entries(value).flatMap(([key, field]) => {
      const isTold =
        isJson(field) && ["description", "$ref", "allOf"].some((one) => field[one] !== undefined);
      return [...(isTold ? [] : [`${path}.${key}`]), ...undescribed(field, `${path}.${key}`)];
    });
  });
}

describe("no file that `validate` accepts is refused", () => {
  test("of our own environments and layers", () => {
    const files = wiredFiles(home);
    expect(files.length).toBeGreaterThan(400);
    expect(refused(home)).toEqual([]);
  });

  const real = join(home, "../shared/real-site");
  (existsSync(real) ? test : test.skip)("of a site that has had such files for years", () => {
    expect(wiredFiles(real).length).toBeGreaterThan(100);
    expect(refused(real)).toEqual([]);
  });

  const cases = casesIn("cases").filter(({ title }) => !/(^|\/)(err-|codes\/)/.test(title));
  test.each(cases)("of the case $title", ({ parts }) => {
    expect(withSite(parts, refused)).toEqual([]);
  });
});

describe("what is wrong with one file alone is found", () => {
  const CODES = new Set(["type", "missing", "unknown-key", "choice", "range", "unit"]);
  const cases = casesIn("cases").filter(({ title }) => /(^|\/)err-/.test(title));
  const unsaid = cases.flatMap(({ title, parts }) =>
    withSite(parts, (root) => {
      const files = new Files(root);
      const wired = new Map(wiredFiles(root).map((one) => [one.file, one]));
      return loadSite(root).problems.flatMap(({ file, code }) => {
        const one = wired.get(file);
        const isFound = one && faultsOf(files, one)?.length !== 0;
        return CODES.has(code) && !isFound ? [`${title}, ${basename(file)}: ${code}`] : [];
      });
    }),
  );

  test("but for what JSON Schema cannot say", () => {
    expect([...new Set(unsaid)]).toEqual([
      // What a class or a layer gives is not missing, and which one does is not in the file.
      "flavor-class/err-missing, c2.yaml: missing",
      "flavor/err-name, c2.1core-1ram.yaml: missing",
      "flavor/err-unsaid-class, c2.yaml: missing",
      // A URL that its neighbour `type` makes wrong.
      "helm-repository/err-fields, c.yaml: type",
      "helm-repository/err-fields, d.yaml: type",
      "layers/err-blame, lacks-ram.yaml: missing",
      "layers/err-patches, c2.patch.yaml: missing",
    ]);
  });
});

describe("a field takes in an editor whatever it takes in a file", () => {
  const about = { description: "A field." };
  const of = { ...about, of: "flavor" };
  const fields = {
    text: text(about, 5),
    name: name(about, 8),
    key: key(of),
    "key of two parts": key(of, 2),
    "namespaced key": namespacedKey(of),
    flag: flag(about),
    count: count(about),
    "count from 1": count(about, { min: 1, max: 100 }),
    ...Object.fromEntries(
      units.flatMap((unit) => [
        [`quantity in ${unit}`, quantity(about, unit)],
        [`quantity from 1 in ${unit}`, quantity(about, unit, { min: 1 })],
        [`quota in ${unit}`, quota(about, unit)],
      ]),
    ),
    quota: quota(about),
    choice: choice(about, ["a", "1"]),
    list: list(about, quota(about)),
    texts: texts(about, 5),
    "name of a secret": secretName(about),
    secret: secret(about),
    url: url(about),
    day: day(about),
    mail: mail(about),
    "Terraform name": terraformIdentifier("A name."),
    "name in Kubernetes": kubernetesName("A name."),
    "long name in Kubernetes": kubernetesName("A name.", 253),
    address: ipAddress(about, "address"),
    block: cidr(about, "address"),
    data: dataMap(about, text(about)),
  };
  const pieces = fc.constantFrom(
    ..."0 1 2 10 007 - . .5 .0 / // : @ _ a B x.y source count unlimited none true null k https http oci".split(
      " ",
    ),
    ..."KiB GiB/s MiB kB Mbit/s min s é 10.0.0.0 2001:db8:: /24 2031-06-30 02-30 a@b.c \u0000 \u00a0 \ufeff \t \n".split(
      " ",
    ),
    " ",
  );
  const string = fc.oneof(
    fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join("")),
    fc
      .tuple(fc.integer({ min: -3, max: 2048 }), fc.constantFrom("", ".0", ".5", ".25"), pieces)
      .map(([n, f, unit]) => `${n}${f} ${unit}`),
  );
  const scalar = fc.oneof(
    string,
    fc.integer({ min: -3, max: 2 ** 32 }),
    fc.constantFrom(0.5, -0, 3e9, 1e21, true, false, null),
  );
  const value = fc.oneof(
    { weight: 5, arbitrary: scalar },
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.oneof(string, fc.constantFrom("secret", "constructor")), scalar, { maxKeys: 2 }),
  );

  test.each(Object.entries(fields))("%s", (_, field) => {
    const validate = ajv.compile(jsonOf(shapeOf(field), { isPatch: false, names: new Map() }));
    fc.assert(
      fc.property(value, (written) => !field.safeParse(written).success || validate(written)),
      { numRuns: 2000 },
    );
  });
});
