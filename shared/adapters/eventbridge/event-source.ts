/** What rules match events by, beside their `detail-type`, which is the `type` of the domain event. */
export const EVENT_SOURCE = 'letterlock';
