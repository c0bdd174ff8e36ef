"""Names of the sample provider's partners and customers: those of Vietnam, and those of an attacker."""

from __future__ import annotations

PARTNERS = (
    "Công ty Cổ phần Công nghệ Phương Nam",
    "Công ty TNHH Giải pháp Số Sao Khuê",
    'Công ty TNHH "An Bình" Cloud',
    "Công ty Cổ phần Viễn thông Hồng Hà",
    "Công ty TNHH Dịch vụ Tin học Đất Việt",
    "Công ty Cổ phần Phần mềm Lạc Hồng",
    "Công ty TNHH Hạ tầng Mạng Trường Sơn",
    "Công ty Cổ phần Tích hợp Hệ thống Thăng Long",
    "Công ty TNHH Thương mại Điện tử Cửu Long",
    "Công ty Cổ phần Dữ liệu Bạch Đằng",
    "Công ty TNHH Tư vấn Chuyển đổi số Hoa Sen",
    "Đại lý O'Brien & Nguyễn <Cloud>",
)


def partner(number: int) -> str:
    """The name of a partner by its place, from 0; beyond the first ones they are agencies with numbers."""
    return PARTNERS[number] if number < len(PARTNERS) else f"Đại lý số {number + 1}"


FORMS = (
    "Công ty TNHH",
    "Công ty Cổ phần",
    "Công ty TNHH Một thành viên",
    "Hợp tác xã",
    "Doanh nghiệp tư nhân",
    "Tập đoàn",
    "Viện Nghiên cứu",
    "Trường Đại học",
    "Bệnh viện Đa khoa",
    "Trung tâm",
)

TRADES = (
    "Thương mại",
    "Xây dựng",
    "Dược phẩm",
    "Vận tải",
    "Thủy sản",
    "May mặc",
    "Giáo dục",
    "Bất động sản",
    "Nông nghiệp",
    "Du lịch",
    "Cơ khí",
    "Thực phẩm",
    "Truyền thông",
    "Năng lượng",
    "Công nghệ",
)

PROPER_NAMES = (
    "Thanh Hà",
    "Minh Khôi",
    "Đại Phát",
    "Hoàng Gia",
    "Phú Quý",
    "Việt Tiến",
    "Tân Á",
    "Bảo Ngọc",
    "Hải Âu",
    "Kim Liên",
    "Trường Thịnh",
    "Quang Vinh",
    "Thiên Ân",
    "Hưng Yên",
    "Đông Dương",
    "Mê Kông",
    "Sông Hương",
    "Ngũ Hành",
    "Tây Nguyên",
    "Vạn Xuân",
    "Ánh Dương",
    "Yên Bình",
    "Gia Lộc",
    "Ước Mơ Xanh",
    "Khánh Hòa",
    "Lý Thường Kiệt",
    "Nguyễn Trãi",
    "Đoàn Kết",
    "Hữu Nghị",
    "Bình Minh",
)

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert('số dư')</script>",
    "Nhà hàng \"Cơm Nhà\", chi nhánh '2'",
    "Ngân hàng \u202eđảo chiều\u202c",
    "\U0001f680 Khởi nghiệp Rồng \U0001f1fb\U0001f1f3",
    '+HYPERLINK("http://example.com","bấm vào đây")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "'; DROP TABLE charges; --",
    "C\u00f4ng ty Phân rã (NFD): Co\u0302ng ty",
    "{{7*7}}${7*7} & Con &amp; _x0041_",
    "Tên rất dài " + "và dài nữa " * 20 + "hết",
)
"""Texts that a spreadsheet, a page, a shell or a layout may stumble over; each is somebody's name."""

DESCRIPTIONS = (
    "Kỳ tính cước",
    "Theo hợp đồng khung",
    "Gia hạn tự động",
    "Dùng vượt gói",
    'Ghi chú: "khẩn", xem phụ lục',
    "=1+1; không phải công thức",
    "Dòng một\nDòng hai\tcó tab",
    "Máy chủ \U0001f5a5\ufe0f dự phòng <b>nóng</b>",
)
"""What a line of a bill says beside the service's name."""
