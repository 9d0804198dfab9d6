import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { DomainName, HttpApi, HttpMethod, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AaaaRecord, ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { CustomDomain, StageConfiguration } from '../configuration/stage-configuration.ts';

/** Everything the API answers lies below this path, as on one machine. */
const API_BASE_PATH = '/api/v1';

/** Requests per second, and how many may come at once: above it the gateway answers 429 and nothing is billed. */
const THROTTLE = { rateLimit: 100, burstLimit: 200 };

/** Neither path nor query: both name mailboxes, people and what somebody searched for. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  protocol: '$context.protocol',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
};

export interface HttpEntranceProps {
  readonly configuration: StageConfiguration;
  readonly handler: IFunction;
}

/** The HTTP API in front of the function `http-api`; who calls is checked in the function. */
export class HttpEntrance extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { configuration, handler }: HttpEntranceProps) {
    super(scope, id);
    const { stage, customDomain, hostedZone } = configuration;
    const zone = hostedZone && zoneOf(this, hostedZone);
    const domainName = customDomain && this.#domain(customDomain, zone);
    this.api = new HttpApi(this, 'Api', {
      apiName: `letterlock-${stage}`,
      createDefaultStage: false,
      disableExecuteApiEndpoint: domainName !== undefined,
    });
    this.api.addRoutes({
      path: `${API_BASE_PATH}/{proxy+}`,
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Function', handler),
    });
    this.api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.#accessLog(configuration)),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
      ...(domainName ? { domainMapping: { domainName } } : {}),
    });
    const url = customDomain ? `https://${customDomain.name}` : this.api.apiEndpoint;
    new CfnOutput(Stack.of(this), 'ApiUrl', { value: `${url}${API_BASE_PATH}` });
  }

  #accessLog({ stage, logRetentionDays }: StageConfiguration): LogGroup {
    return new LogGroup(this, 'AccessLog', {
      logGroupName: `/letterlock/${stage}/http-access`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #domain({ name, certificateArn }: CustomDomain, zone: IHostedZone | undefined): DomainName {
    const domain = new DomainName(this, 'Domain', {
      domainName: name,
      certificate: this.#certificate(name, certificateArn, zone),
    });
    if (zone && (name === zone.zoneName || name.endsWith(`.${zone.zoneName}`))) {
      const target = RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
      );
      new ARecord(this, 'A', { zone, recordName: `${name}.`, target });
      new AaaaRecord(this, 'Aaaa', { zone, recordName: `${name}.`, target });
    } else {
      new CfnOutput(Stack.of(this), 'DnsApi', { value: `${name}. CNAME ${domain.regionalDomainName}.` });
    }
    return domain;
  }

  #certificate(name: string, arn: string | undefined, zone: IHostedZone | undefined): ICertificate {
    if (arn) return Certificate.fromCertificateArn(this, 'Certificate', arn);
    return new Certificate(this, 'Certificate', { domainName: name, validation: CertificateValidation.fromDns(zone) });
  }
}

function zoneOf(scope: Construct, { id, name }: { readonly id: string; readonly name: string }): IHostedZone {
  return HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId: id, zoneName: name });
}
