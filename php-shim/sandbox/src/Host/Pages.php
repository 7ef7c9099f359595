<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Refusal;
use WhmcsSandbox\Usage\MetricStats;

/** The HTML a module contributes to the product page of the client and to the admin's service page. */
final class Pages
{
    /** Variables of the product page that module templates may use besides their own. */
    private const SERVICE_VARIABLES = ['username', 'domain', 'dedicatedip', 'ns1', 'ns2', 'lastupdate', 'diskusage',
        'disklimit', 'bwusage', 'bwlimit', 'regdate', 'nextduedate', 'billingcycle', 'paymentmethod', 'suspendreason'];

    public function __construct(private readonly Host $host)
    {
    }

    /** ClientArea in its documented forms: a template with variables, HTML, or clientarea.tpl alone. */
    public function client(int $serviceId): string
    {
        return $this->clientPart($serviceId)['html'];
    }

    /** @return array{html: string, replaces: bool} whether the HTML takes the place of the overview or stands in it */
    public function clientPart(int $serviceId): array
    {
        [$result, $params] = $this->host->kernel->callForPage($serviceId, 'ClientArea');
        if (is_string($result)) {
            return ['html' => $result, 'replaces' => false];
        }
        return [
            'html' => $params['moduletype'] === '' ? '' : $this->rendered($serviceId, $result, $params),
            'replaces' => isset($result['tabOverviewReplacementTemplate']),
        ];
    }

    /** @param array<string, mixed> $result of a custom function: templatefile and vars */
    public function customPage(int $serviceId, array $result): string
    {
        return $this->rendered($serviceId, $result, $this->host->kernel->parametersForPage($serviceId));
    }

    /**
     * The module's custom functions behind buttons: label => suffix.
     *
     * @param string $array `AdminCustomButtonArray` or `ClientAreaCustomButtonArray`
     * @return array<string, string>
     */
    public function buttons(int $serviceId, string $array): array
    {
        [$buttons] = $this->host->kernel->callForPage($serviceId, $array);
        return array_filter(is_array($buttons) ? $buttons : [], 'is_string');
    }

    /** @return list<string> suffixes of the custom functions a client may call, with or without a button */
    public function allowedToClients(int $serviceId): array
    {
        // A list or a map of suffixes: the documentation shows neither.
        return array_values(array_unique([
            ...array_values($this->buttons($serviceId, 'ClientAreaCustomButtonArray')),
            ...array_values($this->buttons($serviceId, 'ClientAreaAllowedFunctions')),
        ]));
    }

    private function rendered(int $serviceId, ?array $result, array $params): string
    {
        $directory = $this->host->modules->directory($params['moduletype']);
        $template = $result['templatefile'] ?? $result['tabOverviewReplacementTemplate']
            ?? $result['tabOverviewModuleOutputTemplate'] ?? 'clientarea';
        $file = "$directory/" . preg_replace('/\.tpl$/', '', $template) . '.tpl';
        if (!is_file($file)) {
            if ($result === null) {
                return '';
            }
            throw new Refusal("The module names the template $template, but there is no $file.");
        }
        $variables = $result['vars'] ?? $result['templateVariables'] ?? [];
        return $this->host->templates->file($file, $variables + $this->variables($serviceId, $params));
    }

    /** AdminServicesTabFields as rows of a table; label and value are printed raw, as WHMCS does. */
    public function admin(int $serviceId): string
    {
        $rows = '';
        foreach ($this->adminFields($serviceId) as $label => $html) {
            $rows .= "<tr><td>$label</td><td>$html</td></tr>\n";
        }
        return "<table>\n$rows</table>";
    }

    /** @return array<string, string> AdminServicesTabFields: label => HTML, both raw */
    public function adminFields(int $serviceId): array
    {
        [$fields] = $this->host->kernel->callForPage($serviceId, 'AdminServicesTabFields');
        return array_map('strval', (array) $fields);
    }

    private function variables(int $serviceId, array $params): array
    {
        $service = (array) Capsule::table('tblhosting')->find($serviceId);
        return array_intersect_key($service, array_flip(self::SERVICE_VARIABLES)) + [
            'id' => $serviceId,
            'serviceid' => $serviceId,
            'product' => Capsule::table('tblproducts')->where('id', $service['packageid'])->value('name'),
            'type' => $params['producttype'],
            'status' => $service['domainstatus'],
            'rawstatus' => strtolower($service['domainstatus']),
            'token' => generate_token('plain'),
            'systemurl' => $this->host->settings->get('SystemURL'),
            'companyname' => $this->host->settings->get('CompanyName'),
            'charset' => 'utf-8',
            'language' => is_string($_SESSION['Language'] ?? null) ? $_SESSION['Language'] : 'english',
            'WEB_ROOT' => '',
            'loggedin' => true,
            'metricStats' => MetricStats::of($serviceId),
        ] + $params;
    }
}
