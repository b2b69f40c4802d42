/** What no library may do: the policy of the test page refuses it. */
export const result: unknown = Reflect.construct(Function, ['return 1']);
