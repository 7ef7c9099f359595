<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Refusal;

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
        [$result, $params] = $this->host->kernel->callForPage($serviceId, 'ClientArea');
        if (is_string($result)) {
            return $result;
        }
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
        [$fields] = $this->host->kernel->callForPage($serviceId, 'AdminServicesTabFields');
        $rows = '';
        foreach ((array) $fields as $label => $html) {
            $rows .= "<tr><td>$label</td><td>$html</td></tr>\n";
        }
        return "<table>\n$rows</table>";
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
            'language' => 'english',
            'loggedin' => true,
        ] + $params;
    }
}
