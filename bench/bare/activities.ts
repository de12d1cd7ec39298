export const bareActivities = {
  doNothing: async (): Promise<void> => undefined,
  tellTime: async (): Promise<number> => Date.now(),
};

export type BareActivities = typeof bareActivities;
