"""The sample provider's price list: product groups, services, units and prices in dong."""

from __future__ import annotations

from dataclasses import dataclass

DONG_PER_DOLLAR = 25_000

_PRICES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Compute": (
        ("vServer Standard", "month", "450000"),
        ("vServer Compute Optimized", "month", "1250000"),
        ("vServer Memory Optimized", "month", "1890000"),
        ("vServer GPU A30", "hour", "38500"),
        ("vServer GPU H100", "hour", "96000"),
        ("vServer Spot", "hour", "420"),
        ("Bare Metal Gen 3", "month", "9800000"),
        ("Auto Scaling Group", "hour", "150"),
        ("Dedicated Host", "month", "21500000"),
    ),
    "Storage": (
        ("vStorage Object", "GB-month", "790"),
        ("vStorage Archive", "GB-month", "210"),
        ("Block Volume SSD", "GB-month", "2300"),
        ("Block Volume NVMe", "GB-month", "4100"),
        ("File Storage NFS", "GB-month", "3200"),
        ("Snapshot", "GB-month", "650"),
        ("Backup Vault", "GB-month", "1100"),
        ("Object Requests", "10k requests", "115.5"),
    ),
    "Network": (
        ("Internet Bandwidth", "Mbps-month", "32000"),
        ("Data Transfer Out", "GB", "820"),
        ("Elastic IP", "month", "55000"),
        ("Load Balancer", "hour", "690"),
        ("NAT Gateway", "hour", "510"),
        ("VPN Site-to-Site", "month", "730000"),
        ("Direct Connect 10G", "month", "18600000"),
        ("CDN Traffic", "GB", "640"),
        ("DNS Queries", "million queries", "9400"),
    ),
    "Database": (
        ("Managed PostgreSQL", "hour", "2150"),
        ("Managed MySQL", "hour", "1980"),
        ("Managed MongoDB", "hour", "2480"),
        ("Managed Redis", "hour", "1240"),
        ("Managed ClickHouse", "hour", "3960"),
        ("Managed Kafka", "hour", "2870"),
        ("Managed OpenSearch", "hour", "2640"),
        ("Database Migration", "task", "350000"),
    ),
    "Container": (
        ("Kubernetes Engine", "hour", "2400"),
        ("Kubernetes Node Pool", "hour", "780"),
        ("Container Registry", "GB-month", "1500"),
        ("Serverless Functions", "million calls", "4650.5"),
        ("Service Mesh", "hour", "320"),
        ("CI Runner Minutes", "minute", "185"),
    ),
    "Security": (
        ("Web Application Firewall", "month", "1450000"),
        ("DDoS Protection", "month", "3900000"),
        ("Key Management", "10k requests", "745.5"),
        ("Secrets Vault", "month", "95000"),
        ("TLS Certificate", "year", "2600000"),
        ("Cloud HSM", "hour", "31000"),
        ("Log Archive", "GB-month", "980"),
        ("Endpoint Protection", "seat-month", "68000"),
    ),
    "AI & Dữ liệu": (
        ("AI Inference Tokens", "million tokens", "7350.5"),
        ("AI Fine-tuning", "hour", "118000"),
        ("Speech to Text (tiếng Việt)", "minute", "275"),
        ("Document OCR", "page", "145.5"),
        ("Data Warehouse", "TB scanned", "112000"),
        ("Notebook Workspace", "hour", "5200"),
    ),
    "Dịch vụ & Hỗ trợ": (
        ("Support Business", "month", "2500000"),
        ("Support Enterprise", "month", "12000000"),
        ("Onboarding", "task", "5000000"),
        ("Microsoft 365 Business", "seat-month", "148000"),
        ("Windows Server License", "month", "620000"),
        ('Đào tạo "Cloud cơ bản"', "task", "3200000"),
    ),
}

_ORDERED_BY = ("month", "year", "task", "seat-month", "Mbps-month")
"""Units of what is ordered in whole numbers; the rest is metered."""


@dataclass(frozen=True)
class Service:
    """A service, its price, and whether it is metered or ordered."""

    service_id: str
    name: str
    product_group: str
    unit: str
    price: str
    """Dong a unit, as decimal text."""
    metered: bool


def price_list() -> list[Service]:
    """All services, in the order of the list."""
    return [
        Service(f"svc-{number:03}", name, group, unit, price, unit not in _ORDERED_BY)
        for number, (group, name, unit, price) in enumerate(
            ((group, *line) for group, lines in _PRICES.items() for line in lines), start=1
        )
    ]
