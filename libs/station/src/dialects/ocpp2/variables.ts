import { find, setVariable, shown } from '../../device-model/model.js';
import { baseReport, inventory, sendReport } from '../../device-model/report.js';
import { objection, variableOf } from '../../device-model/variables.js';
import type { ReportItem } from '../../model/message.js';
import type { StationState } from '../../model/state.js';
import type { JsonObject } from '../../model/values.js';
import { integer, many, object, oneOf, optional, text } from '../../shape/shape.js';
import type { Shaped } from '../../shape/shape.js';
import type { Turn } from '../../turn.js';
import { on, reply } from '../dialect.js';
import type { Handler } from '../dialect.js';

const component = object({
  name: text(50), instance: optional(text(50)), evse: optional(object({ id: integer(0), connectorId: optional(integer(0)) })),
});
const variable = object({ name: text(50), instance: optional(text(50)) });
const attribute = optional(oneOf(['Actual', 'Target', 'MinSet', 'MaxSet']));
const place = { component, variable };
type Place = { readonly component: Shaped<typeof component>; readonly variable: Shaped<typeof variable> };

/** Where something is, as it was asked for. */
const echo = ({ component: c, variable: v }: Place): { component: JsonObject; variable: JsonObject } => ({
  component: { name: c.name, instance: c.instance, evse: c.evse && { id: c.evse.id, connectorId: c.evse.connectorId } },
  variable: { name: v.name, instance: v.instance },
});

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const isAt = (item: ReportItem, { component: c, variable: v }: Place): boolean =>
  same(item.component, c.name) && same(item.variable, v.name) && same(item.instance ?? '', v.instance ?? '')
  && item.evse === c.evse?.id && (c.evse?.connectorId === undefined || item.connector === c.evse.connectorId);

function get(state: StationState, wanted: Place): { status: string; value?: string } {
  const found = wanted.component.evse === undefined ? find(wanted.component.name, wanted.variable.name, wanted.variable.instance) : undefined;
  if (found !== undefined && 'name' in found) {
    const value = shown(state, found.name);
    return value === undefined ? { status: 'Rejected' } : { status: 'Accepted', value };
  }
  const items = inventory(state);
  const item = items.find((one) => isAt(one, wanted));
  if (item?.value !== undefined) return { status: 'Accepted', value: item.value };
  const known = items.some((one) => same(one.component, wanted.component.name) && one.evse === wanted.component.evse?.id);
  return { status: known ? 'UnknownVariable' : 'UnknownComponent' };
}

function set(turn: Turn, wanted: Place, value: string): { status: string; why?: string } {
  const found = wanted.component.evse === undefined ? find(wanted.component.name, wanted.variable.name, wanted.variable.instance) : undefined;
  if (found === undefined || 'unknown' in found) {
    const { status } = get(turn.state, wanted);
    return status === 'Accepted' ? { status: 'Rejected', why: 'ReadOnly' } : { status };
  }
  const status = setVariable(turn, found.name, value);
  if (status === 'ReadOnly') return { status: 'Rejected', why: 'ReadOnly' };
  if (status !== 'Rejected') return { status };
  const why = objection(variableOf(found.name), value);
  if (why === undefined) return { status, why: 'InvalidNetworkConf' }; // slots that are not there
  return { status, why: why.startsWith('not from') ? 'OutOfRange' : 'InvalidValue' };
}

/** Of a component, whether its variable of this name says yes, or is not there. */
function meets(items: readonly ReportItem[], item: ReportItem, criteria: readonly string[]): boolean {
  return criteria.some((name) => {
    const found = items.find((one) => one.component === item.component && one.evse === item.evse && one.connector === item.connector && one.variable === name);
    return found === undefined ? name !== 'Problem' : found.value === 'true';
  });
}

/** The device model as the CSMS sees and sets it: Provisioning of 2.x (block B). */
export const variableCalls: Readonly<Record<string, Handler>> = {
  GetVariables: on(object({ getVariableData: many(object({ ...place, attributeType: attribute }), 1) }), (turn, { getVariableData }) =>
    reply({
      getVariableResult: getVariableData.map((wanted) => {
        const other = wanted.attributeType !== undefined && wanted.attributeType !== 'Actual';
        const { status, value } = other ? { status: 'NotSupportedAttributeType', value: undefined } : get(turn.state, wanted);
        return { attributeStatus: status, attributeType: wanted.attributeType ?? 'Actual', attributeValue: value?.slice(0, 2_500), ...echo(wanted) };
      }),
    }),
  ),
  SetVariables: on(
    object({ setVariableData: many(object({ ...place, attributeType: attribute, attributeValue: text(2_500) }), 1) }),
    (turn, { setVariableData }) =>
      reply({
        setVariableResult: setVariableData.map((wanted) => {
          const other = wanted.attributeType !== undefined && wanted.attributeType !== 'Actual';
          const { status, why } = other ? { status: 'NotSupportedAttributeType', why: undefined } : set(turn, wanted, wanted.attributeValue);
          return {
            attributeStatus: status, attributeType: wanted.attributeType ?? 'Actual', ...echo(wanted),
            attributeStatusInfo: why === undefined ? undefined : { reasonCode: why },
          };
        }),
      }),
  ),
  GetBaseReport: on(
    object({ requestId: integer(), reportBase: oneOf(['ConfigurationInventory', 'FullInventory', 'SummaryInventory']) }),
    (turn, { requestId, reportBase }) => {
      sendReport(turn, requestId, baseReport(turn.state, reportBase));
      return reply({ status: 'Accepted' });
    },
  ),
  GetReport: on(
    object({
      requestId: integer(),
      componentVariable: optional(many(object({ component, variable: optional(variable) }))),
      componentCriteria: optional(many(oneOf(['Active', 'Available', 'Enabled', 'Problem']))),
    }),
    (turn, { requestId, componentVariable, componentCriteria }) => {
      const all = inventory(turn.state);
      const items = all.filter(
        (item) =>
          (componentCriteria === undefined || meets(all, item, componentCriteria))
          && (componentVariable === undefined || componentVariable.some(({ component: c, variable: v }) =>
            v === undefined
              ? same(item.component, c.name) && (c.evse === undefined || c.evse.id === item.evse)
              : isAt(item, { component: c, variable: v }) || (c.evse === undefined && isAt({ ...item, evse: undefined }, { component: c, variable: v })))),
      );
      if (items.length === 0) return reply({ status: 'EmptyResultSet' });
      sendReport(turn, requestId, items);
      return reply({ status: 'Accepted' });
    },
  ),
};
