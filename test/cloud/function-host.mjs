/** Loads a bundle as Lambda would, once, and invokes its handler with every event that the parent process sends. */
const context = {
  awsRequestId: 'test',
  functionName: 'test',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:test',
  callbackWaitsForEmptyEventLoop: true,
};
const { handler } = await import(process.argv[2]).catch((error) => {
  process.send({ failed: error.message }, () => process.exit(1));
  return {};
});
process.on('message', async ({ id, event, remainingMs }) => {
  try {
    process.send({ id, result: await handler(event, { ...context, getRemainingTimeInMillis: () => remainingMs }) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
if (handler) process.send({ ready: true });
