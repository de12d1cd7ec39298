export const BARE_ACTIVITY = 'bare: one activity a chained task';
export const BARE_CHILD = 'bare: one child with one activity a chained task';
